// How the open chat looks. Colours follow the page's color-scheme; a shop sets --shop-chat-* to its own.

import { sheet } from "./dom.js";

export const look = sheet(`
dialog {
  --s: var(--shop-chat-surface, light-dark(#fff, #1b1e1b)); --t: var(--shop-chat-text, light-dark(#22231f, #eceae4));
  --m: light-dark(#62635b, #a9aa9f); --l: light-dark(#e0ddd4, #3a3e38); --b: light-dark(#f4f2ec, #2a2e29);
  position: fixed; inset: auto; inset-block-end: var(--shop-chat-inset, 20px); inset-inline-end: var(--shop-chat-inset, 20px);
  inline-size: min(25em, 100vw - 40px); block-size: min(42em, 100dvh - 40px); max-block-size: none; max-inline-size: none; margin: 0; padding: 0;
  border: 1px solid var(--l); border-radius: var(--shop-chat-radius, 18px); background: var(--s); color: var(--t);
  box-shadow: 0 12px 40px #0003; overflow: hidden; flex-direction: column; overflow-wrap: anywhere; text-align: start; letter-spacing: normal;
}
dialog[open] { display: flex }
* { box-sizing: border-box }
h2, h3, p, ul, dl, dd, form { margin: 0; padding: 0 }
button, textarea, summary { font: inherit; color: inherit; min-block-size: 44px; min-inline-size: 44px; padding: 0; border: 0; border-radius: 22px; background: none }
button, summary { cursor: pointer }
dialog :focus-visible { outline-width: 2px; outline-offset: -2px }
a { color: inherit; text-underline-offset: .2em; text-decoration-thickness: 1px }
strong, h2, h3, .title, .add { font-weight: 600 }
svg { display: block; margin: auto }
.faint, .stock, .state, .note, dt { color: var(--m); font-size: .85em; line-height: 1.4 }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%) }
.head, form, .thumbs { display: flex }
.head { position: relative; align-items: start; padding: 10px; padding-inline: 18px 6px; border-block-end: 1px solid var(--l) }
.head > :first-child { flex: 1 }
h2, h3 { font-size: 1em }
summary { display: grid }
summary svg { stroke-width: 3 }
details div { position: absolute; inset-inline-end: 8px; z-index: 1; border: 1px solid var(--l); inline-size: max-content; padding: 6px; background: var(--s); box-shadow: 0 6px 24px #0004; border-radius: 14px }
details button { display: block; inline-size: 100%; padding-inline: 12px; text-align: start }
.log { flex: 1; overflow-y: auto; overscroll-behavior: contain; position: relative; padding: 16px; display: flex; flex-direction: column; gap: 10px }
.text { display: grid; gap: 8px; inline-size: fit-content; max-inline-size: 88%; padding: 9px 14px; border-radius: 16px; white-space: pre-line }
.bot, .box { display: grid; gap: 10px }
.bot .text, .typing { background: var(--b); border-end-start-radius: 5px }
.text ul { padding-inline-start: 1.1em }
.shopper .text { margin-inline-start: auto; background: var(--a); color: var(--on-a); border-end-end-radius: 5px }
.pending .text { background: none; color: var(--t); outline: 1px dashed var(--a) }
.failed { text-decoration: line-through }
.note, .state { text-align: center; padding-inline: 18px }
.chips { display: flex; flex-wrap: wrap; gap: 8px }
.chips:empty { display: none }
.chips button, .add { padding-inline: 15px; border: 1px solid var(--a); color: var(--a); text-align: start; line-height: 1.3 }
.chips p { inline-size: 100% }
.why { color: var(--a); font-size: .85em; text-decoration: underline; text-underline-offset: .2em; text-align: start; justify-self: start }
canvas { display: block; margin-block-start: 6px; margin-inline-start: auto; max-inline-size: 60%; block-size: auto; border-radius: 14px }
input { display: none }
section { outline: none }
:is(.chips, details) button:hover, .add:hover { background: var(--b) }
.typing { display: flex; gap: 5px; align-self: start; padding: 14px; border-radius: 16px }
.typing i { inline-size: 7px; block-size: 7px; border-radius: 50%; background: var(--m) }
.thumbs { margin: -8px; color: var(--m) }
.thumbs svg { inline-size: 18px }
[aria-pressed=true] path { fill: var(--a); stroke: var(--a) }
.carousel { position: relative; margin-inline: -16px; min-inline-size: 0 }
.cards { display: flex; gap: 10px; overflow-x: auto; scroll-snap-type: x mandatory; scroll-padding-inline: 16px; padding: 2px 16px 8px; scrollbar-width: thin; scrollbar-color: var(--l) transparent }
.card, .box { padding: 12px; border: 1px solid var(--l); border-radius: 14px; list-style: none }
.card { flex: 0 0 13.5em; display: flex; flex-direction: column; gap: 4px; scroll-snap-align: start }
.picture { block-size: 120px; margin-block-end: 4px; border-radius: 9px; background: var(--b) }
img { display: block; margin: auto; block-size: 100%; max-inline-size: 100%; object-fit: contain }
.title { line-height: 1.35 }
s { color: var(--m) }
.in_stock::before { content: "● "; color: var(--a) }
.add { margin-block-start: auto; text-align: center }
.add:disabled { border-color: var(--l); color: var(--m); cursor: default; background: none }
.arrow { position: absolute; inset-block-start: 52px; inset-inline-end: 6px; background: var(--s); box-shadow: 0 1px 8px #0004; display: none }
.cards + .arrow { inset-inline: 6px auto }
.arrow:dir(rtl) { scale: -1 1 }
.box ul { list-style: none }
h2, p, li { text-align: -webkit-match-parent; text-align: match-parent }
dl { display: grid; align-items: baseline; grid-template-columns: auto 1fr; gap: 2px 12px }
.scroll { overflow-x: auto }
table { border-collapse: collapse; overflow-wrap: normal }
tr > :first-child { color: var(--m); font-weight: 400 }
td, th { padding: 6px; text-align: start; vertical-align: top }
tr + tr > * { border-block-start: 1px solid var(--l) }
form { align-items: end; gap: 8px; padding: 10px 12px max(10px, env(safe-area-inset-bottom)); border-block-start: 1px solid var(--l) }
textarea { flex: 1; min-inline-size: 0; field-sizing: content; max-block-size: 7.5em; padding: 9px 14px; border: 1px solid light-dark(#8b8c83, #7c8078); resize: none }
::placeholder { color: var(--m); opacity: 1 }
.send { background: var(--a); color: var(--on-a) }
@media (hover: hover) { .carousel:hover .arrow { display: block } }
@media (prefers-reduced-motion: no-preference) {
  .log, .cards { scroll-behavior: smooth }
  dialog { animation: rise .18s }
  .typing i { animation: blink 1.2s infinite }
  .typing i + i { animation-delay: .2s }
  .typing i:last-child { animation-delay: .4s }
}
@keyframes rise { from { opacity: 0; translate: 0 12px } }
@keyframes blink { 30% { opacity: .25 } }
@media (max-width: 480px) { dialog { inset: 0; inline-size: 100vw; block-size: var(--seen, 100dvh); border: 0; border-radius: 0 } }
`);
