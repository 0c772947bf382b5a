"""Minifying the widget's modules: what may become shorter does, and nothing else changes."""

from __future__ import annotations

import pytest

from bot.gateway.minify import minify


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("const total = 1;\nlet other = total + 1;", "let a=1;let b=a+1;"),
        ("const shape = { shape: 1 }; use(shape);", "let shape={shape:1};use(shape);"),
        ("const item = 1; use({ item });", "let item=1;use({item});"),
        ("const length = list.length;", "let length=list.length;"),
        ("const [first, second] = pair;", "let[a,b]=pair;"),
        ("use((one, two = 3) => one + two);", "use((a,b=3)=>a+b);"),
        ("use(Boolean, found);", "use(Boolean,found);"),
        ("const text = `a ${text2(`b ${text}`)} text`;", "let a=`a ${text2(`b ${a}`)} text`;"),
        ("const quote = /[\"'`/]{2}/g, other2 = 4 / 2;", "let a=/[\"'`/]{2}/g,other2=4/2;"),
        ('const name = "name"; use(name, "name");', 'let a="name";use(a,"name");'),
        ("class Box { #inner = 1; size() { return this.#inner; } }", "class a{#a=1;size(){return this.#a}}"),
        ("function size() { return 1; } use(size());", "function a(){return 1}use(a());"),
        ("class Box { size() { return 1; } }\nconst size = 1;", "class a{size(){return 1}}\nlet size=1;"),
        ("while (busy());\nfor (const each of all) { use(each); }", "while(busy());for(let a of all){use(a)}"),
        ("if (ready) { while (busy()); }", "if(ready){while(busy());}"),
        ("use([1, 2,], { a: 1, }, [, 1]);", "use([1,2],{a:1},[,1]);"),
        ("export const shown = 1; const kept = shown;", "export let shown=1;let a=shown;"),
        ('import { make } from "./dom.js"; const making = make();', 'import{make}from"./dom.js";let a=make();'),
    ],
)
def test_what_becomes_of(source: str, expected: str) -> None:
    assert minify(source).strip() == expected


def test_a_short_name_is_never_one_that_is_in_use() -> None:
    assert minify("const long = a + b; use(long);") == "let c=a+b;use(c);"
