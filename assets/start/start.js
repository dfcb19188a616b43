const status = document.querySelector('.status');

async function look() {
  const response = await fetch('readyz').catch(() => null);
  status.dataset.status = response?.ok ? 'ready' : 'away';
  if (response?.ok) status.textContent = 'Ready: the service and its database answer.';
  else if (response) status.textContent = 'The service answers, but its database does not.';
  else status.textContent = 'The service does not answer.';
}

await look();
setInterval(look, 5000);
