// What is wrong with a form is read out first.
document.querySelector("[data-focus]")?.focus();
