// «Use my position»: only after the button was pressed, to about 100 metres, and the district can be chosen instead.
const form = document.querySelector("[data-position]");
if (form && "geolocation" in navigator) {
  const said = form.querySelector("[data-said]");
  form.addEventListener("submit", (event) => {
    if (form.elements.latitude.value) return;
    event.preventDefault();
    said.textContent = said.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.latitude.value = coords.latitude.toFixed(3);
        form.elements.longitude.value = coords.longitude.toFixed(3);
        form.submit();
      },
      () => { said.textContent = said.dataset.refused; },
      { timeout: 20000, maximumAge: 300000 },
    );
  });
  // Back from the next page the fields may still be filled: the next press asks anew.
  addEventListener("pageshow", () => { form.elements.latitude.value = form.elements.longitude.value = ""; });
} else if (form) {
  form.hidden = true;
}
