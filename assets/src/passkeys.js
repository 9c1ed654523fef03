/**
 * Passkeys: a form that holds `<input type="hidden" data-m-passkey="get|create">` asks the device for a credential
 * before it leaves. The options come from the JSON block named by `data-m-options`, or from `data-m-options-url`.
 * What stands in `[data-m-passkey-only]` is shown only where passkeys exist.
 */

const fromBase64url = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0)).buffer;

const toBase64url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withBinaryId = (credential) => ({ ...credential, id: fromBase64url(credential.id) });

async function readOptions(input) {
  if (input.dataset.mOptions) {
    return JSON.parse(document.getElementById(input.dataset.mOptions).textContent);
  }
  const answer = await fetch(input.dataset.mOptionsUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`options refused: ${answer.status}`);
  return answer.json();
}

async function createCredential(input) {
  const { publicKey } = (await readOptions(input)).creation_options;
  const alone = input.form.elements.passwordless?.checked ?? false;
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: fromBase64url(publicKey.challenge),
      user: withBinaryId(publicKey.user),
      excludeCredentials: (publicKey.excludeCredentials ?? []).map(withBinaryId),
      authenticatorSelection: {
        ...publicKey.authenticatorSelection,
        residentKey: alone ? "required" : "discouraged",
        requireResidentKey: alone,
        ...(alone ? { userVerification: "required" } : {}),
      },
    },
  });
  return describe(credential, {
    attestationObject: toBase64url(credential.response.attestationObject),
    transports: credential.response.getTransports?.() ?? [],
  });
}

async function getCredential(input) {
  const { publicKey } = (await readOptions(input)).request_options;
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: fromBase64url(publicKey.challenge),
      allowCredentials: (publicKey.allowCredentials ?? []).map(withBinaryId),
    },
  });
  const { authenticatorData, signature, userHandle } = credential.response;
  return describe(credential, {
    authenticatorData: toBase64url(authenticatorData),
    signature: toBase64url(signature),
    userHandle: userHandle ? toBase64url(userHandle) : null,
  });
}

function describe(credential, response) {
  return {
    type: credential.type,
    id: credential.id,
    rawId: toBase64url(credential.rawId),
    response: { clientDataJSON: toBase64url(credential.response.clientDataJSON), ...response },
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function prepare(input) {
  const ask = input.dataset.mPasskey === "create" ? createCredential : getCredential;
  const refused = input.form.querySelector("[data-m-passkey-refused]");
  input.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    refused.hidden = true;
    try {
      input.value = JSON.stringify(await ask(input));
      input.form.submit();
    } catch {
      refused.hidden = false;
    }
  });
}

if (window.PublicKeyCredential) {
  document.querySelectorAll("[data-m-passkey-only]").forEach((part) => part.removeAttribute("hidden"));
  document.querySelectorAll("input[data-m-passkey]").forEach(prepare);
}
