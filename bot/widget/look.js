// How the open chat looks. Colours follow the page's color-scheme; a shop sets --shop-chat-* to its own.

import { sheet } from "./dom.js";

export const look = sheet(`
dialog {
  --s: var(--shop-chat-surface, light-dark(#fff, #1b1e1b)); --t: var(--shop-chat-text, light-dark(#22231f, #eceae4));
  --m: color-mix(in srgb, var(--t) 70%, var(--s)); --f: color-mix(in srgb, var(--t) 50%, var(--s)); --l: color-mix(in srgb, var(--t) 15%, var(--s)); --b: color-mix(in srgb, var(--t) 6%, var(--s));
  position: fixed; inset: auto; bottom: var(--shop-chat-inset, 20px); inset-inline-end: var(--shop-chat-inset, 20px);
  width: min(25em, 100vw - 40px); height: min(42em, 100dvh - 40px); max-height: none; max-width: none; margin: 0; padding: 0;
  border: 1px solid var(--l); border-radius: var(--shop-chat-radius, 18px); background: var(--s); color: var(--t);
  box-shadow: 0 4px 18px #0004; overflow: hidden; flex-direction: column; overflow-wrap: anywhere; text-align: start;
}
dialog[open] { display: flex }
* { box-sizing: border-box }
h2, h3, p, ul { margin: 0; padding: 0 }
button, textarea, summary { font: inherit; color: inherit; min-height: 44px; min-width: 44px; padding: 0; border: 0; border-radius: 22px; background: none }
button, summary { cursor: pointer }
dialog :focus-visible { outline-width: 2px; outline-offset: -2px }
a { color: inherit }
a, .why { text-underline-offset: .2em }
strong, h2, h3, .title, .add { font-weight: 600 }
svg { display: block; margin: auto }
.faint, .stock, .state, .note { color: var(--m); font-size: .85em; line-height: 1.4 }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.head, .compose, .thumbs { display: flex }
.head { position: relative; align-items: start; padding: 10px; padding-inline: 18px 6px; border-bottom: 1px solid var(--l) }
.head > :first-child { flex: 1 }
h2, h3 { font-size: 1em }
summary { display: grid }
summary svg { stroke-width: 3 }
details div { position: absolute; inset-inline-end: 8px; z-index: 1; border: 1px solid var(--l); width: max-content; padding: 6px; background: var(--s); box-shadow: 0 4px 18px #0004; border-radius: 14px }
details button { display: block; width: 100%; padding-inline: 12px; text-align: start }
.log { flex: 1; overflow-y: auto; overscroll-behavior: contain; position: relative; padding: 16px; display: flex; flex-direction: column; gap: 10px }
.text { display: grid; gap: 8px; width: fit-content; max-width: 88%; padding: 9px 14px; border-radius: 16px; white-space: pre-line }
.bot, .box { display: grid; gap: 10px }
.bot .text, .typing { background: var(--b); border-end-start-radius: 5px }
.text ul { padding-inline-start: 1.1em }
.shopper .text { margin-inline-start: auto; background: var(--a); color: var(--on-a); border-end-end-radius: 5px }
.pending .text { background: none; color: var(--t); outline: 1px dashed var(--a) }
.failed { text-decoration: line-through }
.note, .state { text-align: center; padding-inline: 18px }
.chips, .acts { display: flex; flex-wrap: wrap; gap: 8px }
.chips:empty { display: none }
.chips > button, .add { padding-inline: 15px; border: 1px solid var(--a); color: var(--a); text-align: start; line-height: 1.3 }
.chips :is(p, form) { width: 100% }
.why { color: var(--a); font-size: .85em; text-decoration: underline; text-align: start; justify-self: start }
canvas { display: block; margin-top: 6px; margin-inline-start: auto; max-width: 60%; height: auto; border-radius: 14px }
[type=file] { display: none }
label { display: grid; gap: 4px; text-align: start }
input { font: inherit; color: inherit; min-width: 0; padding: 9px 14px; border: 1px solid var(--f); border-radius: 14px; background: none }
small { color: light-dark(#b3261e, #ffb4ab) }
section { outline: none }
.box .box { padding: 0; border: 0 }
:is(.chips > button, details button, .add):hover { background: var(--b) }
.typing { align-self: start; padding: 9px 14px; border-radius: 16px; color: var(--m) }
.thumbs { margin: -8px; color: var(--m) }
.thumbs svg { width: 18px }
.thumbs :last-child svg { rotate: 180deg }
[aria-pressed=true] path { fill: var(--a); stroke: var(--a) }
.carousel { position: relative; margin-inline: -16px; min-width: 0 }
.cards { display: flex; gap: 10px; overflow-x: auto; scroll-snap-type: x mandatory; scroll-padding-inline: 16px; padding: 2px 16px 8px; }
.card, .box { padding: 12px; border: 1px solid var(--l); border-radius: 14px; list-style: none }
.card { flex: 0 0 13.5em; display: flex; flex-direction: column; gap: 4px; scroll-snap-align: start }
.picture { height: 120px; margin-bottom: 4px; border-radius: 9px; background: var(--b) }
img { display: block; margin: auto; height: 100%; max-width: 100%; object-fit: contain }
.title { line-height: 1.35 }
s { color: var(--m) }
.in_stock::before { content: "● "; color: var(--a) }
.add { margin-top: auto; text-align: center }
.add:disabled { border-color: var(--l); color: var(--m); cursor: default; background: none }
.arrow { position: absolute; top: 52px; inset-inline-end: 6px; background: var(--s); box-shadow: 0 4px 18px #0004; display: none }
.cards + .arrow { inset-inline: 6px auto }
.arrow:dir(rtl) { scale: -1 1 }
.box ul { list-style: none }
h2, p, li { text-align: -webkit-match-parent; text-align: match-parent }
.scroll { overflow-x: auto }
table { border-collapse: collapse; overflow-wrap: normal }
tr > :first-child { color: var(--m); font-weight: 400 }
td, th { padding: 6px; text-align: start; vertical-align: top }
tr + tr > * { border-top: 1px solid var(--l) }
.compose { align-items: end; gap: 8px; padding: 10px 12px max(10px, env(safe-area-inset-bottom)); border-top: 1px solid var(--l) }
textarea { flex: 1; min-width: 0; field-sizing: content; max-height: 7.5em; padding: 9px 14px; border: 1px solid var(--f); resize: none }
::placeholder { color: var(--m); opacity: 1 }
.send { background: var(--a); color: var(--on-a) }
@media (hover: hover) { .carousel:hover .arrow { display: block } }
@media (prefers-reduced-motion: no-preference) {
  .log, .cards { scroll-behavior: smooth }
  .typing { animation: blink 1.2s infinite }
}
@keyframes blink { 30% { opacity: .25 } }
@media (max-width: 480px) { dialog { inset: 0; width: 100vw; height: var(--seen, 100dvh); border: 0; border-radius: 0 } }
`);
