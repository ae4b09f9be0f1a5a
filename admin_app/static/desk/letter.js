// A letter that is shown beside the reasons says what is ticked: once something else is ticked, it is drawn anew.
// Markup: letter_button() and letter_place() of case/parts.html. Without this file the letter opens in a tab of its own.
document.addEventListener("change", (event) => {
  const outcome = event.target.closest?.(".outcome");
  const place = outcome?.querySelector(".outcome-letter");
  if (!place?.hasChildNodes()) return;
  place.replaceChildren(); // what it says is not so any more, whether or not an answer comes
  outcome.querySelector("button[name=letter]")?.click();
});
