"""What the console's page does by itself in the browser, so that a colleague elsewhere notices who waits.

Browsers let a page sound only after a click on it, and show notifications only where it comes over HTTPS or from the
same machine.
"""

from __future__ import annotations

REMEMBERED = """() => {
  const kept = (key) => { try { return localStorage.getItem(key) || ''; } catch { return ''; } };
  const wake = () => { window.waitingSound ??= new AudioContext(); window.waitingSound.resume(); };
  if (kept('waiting-alert')) document.addEventListener('pointerdown', wake, {once: true});
  return [kept('colleague'), kept('waiting-alert') === 'yes'];
}"""
"""The name and the wish for sound that this browser has kept."""
KEEP_NAME = "(name) => { try { localStorage.setItem('colleague', name || ''); } catch { /* not kept */ } }"
KEEP_ALERT = """(wanted) => {
  try { localStorage.setItem('waiting-alert', wanted ? 'yes' : ''); } catch { /* not kept */ }
  if (!wanted) return;
  window.waitingSound ??= new AudioContext();
  window.waitingSound.resume();
  if (window.Notification?.permission === 'default') Notification.requestPermission();
}"""
NOTICE = """(count, alert, mark, said) => {
  const title = document.title.replace(/^\\(\\d+\\) /, '');
  document.title = count ? `(${count}) ${title}` : title;
  const before = window.waitingCount;
  window.waitingCount = count;
  if (window.inboxMark !== mark) {
    window.inboxMark = mark;
    const down = () => {
      const shown = document.querySelector('#inbox-conversation .transcript');
      if (shown) shown.scrollTop = shown.scrollHeight;
    };
    down();
    setTimeout(down, 150);
  }
  if (!alert || before === undefined || count <= before) return;
  const sound = window.waitingSound;
  if (sound?.state === 'running') {
    [880, 1175].forEach((pitch, turn) => {
      const tone = sound.createOscillator(), loud = sound.createGain(), from = sound.currentTime + turn * 0.18;
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0.15, from);
      loud.gain.exponentialRampToValueAtTime(0.001, from + 0.3);
      tone.connect(loud).connect(sound.destination);
      tone.start(from);
      tone.stop(from + 0.3);
    });
  }
  if (document.hidden && window.Notification?.permission === 'granted') new Notification(said, {tag: 'waiting'});
}"""
"""Puts the number that waits into the title, shows the newest message, and tells of a number that rose."""
