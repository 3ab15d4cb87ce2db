"""Questions on knowledge as MUSE asks them: prompt with examples before it, where an answer is cut, and ROUGE-L without stems.

Strings by the rules of MUSE's evaluation (arXiv:2407.06460): every example stands as a question with its answer and a blank line after
it; the answer ends at a blank line or where another question begins. The longest common subsequence by plain recursion.
"""
import functools
import json
import os
import re

SHOTS = [("Who wrote the letter?", "Mara Olm"), ("Where was it sent?", "To the North Harbor")]
QUESTIONS = ["Who read it?", "When did the ship return?"]
RAW = [
    " The clerk read it\n\nQuestion: Where?\nAnswer: There", "In winter\nQuestion: Who", " winter Question: And who?", "a question of time\n",
    "\n\nnothing", "Answer: yes\nQuestions remain\n\nmore",
]
PAIRS = [
    ("The clerk read it", "the clerk"), ("in the late winter", "In winter"), ("", "winter"), ("harbor north", "North Harbor"), ("running ships", "run ship"),
    ("It's the clerk's.", "its the clerks"), ("a b a c b", "a c b b"),
]


def words(text):
    return re.findall(r"[a-z0-9]+", text.lower())


def rouge(made, true):
    a, b = words(made), words(true)

    @functools.lru_cache(None)
    def common(i, j):
        if i == len(a) or j == len(b):
            return 0
        return 1 + common(i + 1, j + 1) if a[i] == b[j] else max(common(i + 1, j), common(i, j + 1))

    n = common(0, 0)
    return 2 * n / (len(a) + len(b)) if n else 0.0


def cut(text):
    for end in ("\n\n", "\nQuestion", "Question:"):
        text = text.split(end)[0]
    return text


before = "".join("Question: %s\nAnswer: %s\n\n" % shot for shot in SHOTS)
os.makedirs("muse-knowledge", exist_ok=True)
with open("muse-knowledge/knowledge.json", "w") as file:
    json.dump({
        "origin": "the rules of MUSE's evaluation, written again",
        "shots": [list(shot) for shot in SHOTS],
        "prompts": [{"question": q, "few": before + "Question: " + q + "\nAnswer: ", "none": "Question: " + q + "\nAnswer: "} for q in QUESTIONS],
        "cuts": [{"made": text, "kept": cut(text)} for text in RAW],
        "scores": [{"made": made, "true": true, "f1": rouge(made, true)} for made, true in PAIRS],
    }, file, indent=1)
    file.write("\n")
