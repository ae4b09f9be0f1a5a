// Loaded before the page is drawn: styles may count on scripts, and nothing jumps when they take over.
document.documentElement.classList.add("scripted");
