// Passkeys: asks the browser for one and sends what it answers. A form carries data-passkey="create" or "get",
// and data-options (JSON of the server) or data-options-from (an address that gives it), and a hidden "credential".
"use strict";

(() => {
  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (character) => character.charCodeAt(0));
  }

  function text(buffer) {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function withBytes(list) {
    return (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
  }

  function creation(options) {
    return {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: withBytes(options.excludeCredentials),
      // A passkey: kept by the device, and the device asks who is there.
      authenticatorSelection: { ...options.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" },
    };
  }

  function request(options) {
    return { ...options, challenge: bytes(options.challenge), allowCredentials: withBytes(options.allowCredentials) };
  }

  function answer(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) {
        response[name] = text(credential.response[name]);
      }
    }
    return {
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  }

  async function options(form) {
    if (form.dataset.options) {
      return JSON.parse(form.dataset.options);
    }
    const response = await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json" } });
    return (await response.json()).request_options;
  }

  async function ask(form) {
    const given = await options(form);
    if (form.dataset.passkey === "create") {
      return navigator.credentials.create({ publicKey: creation(given.publicKey) });
    }
    return navigator.credentials.get({ publicKey: request(given.publicKey) });
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", async (event) => {
      const field = form.elements.credential;
      if (field.value) {
        return;
      }
      event.preventDefault();
      const trouble = form.querySelector(".passkey-trouble");
      trouble.hidden = true;
      try {
        field.value = JSON.stringify(answer(await ask(form)));
        form.submit();
      } catch (error) {
        trouble.hidden = false;
        trouble.focus();
      }
    });
    // Shown only now: a form that nobody answers for would be sent empty.
    form.hidden = false;
    if (document.activeElement === document.body) {
      form.querySelector("[autofocus]")?.focus();
    }
  }
})();
