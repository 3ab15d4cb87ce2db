namespace Nabla.Experiments.Unlearning;

/// <summary>Reduces English words to stems (Porter, "An algorithm for suffix stripping", 1980, with the author's later changes).</summary>
/// <remarks>
/// The changes are those of the implementation that ROUGE scores are usually computed with: a short table of irregular words, "ies" and
/// "ied" of four letters keep their e, y becomes i only after a consonant that is not the first letter, the endings bli, alli, fulli
/// and logi.
/// </remarks>
public static class PorterStemmer
{
    private static readonly Dictionary<string, string> _irregular = new(StringComparer.Ordinal)
    {
        ["sky"] = "sky",
        ["skies"] = "sky",
        ["dying"] = "die",
        ["lying"] = "lie",
        ["tying"] = "tie",
        ["news"] = "news",
        ["innings"] = "inning",
        ["inning"] = "inning",
        ["outings"] = "outing",
        ["outing"] = "outing",
        ["cannings"] = "canning",
        ["canning"] = "canning",
        ["howe"] = "howe",
        ["proceed"] = "proceed",
        ["exceed"] = "exceed",
        ["succeed"] = "succeed",
    };

    // An ending, what takes its place, and how many of its letters count as stem when the stem is measured.
    private static readonly (string Ending, string Becomes, int Counted)[] _second =
    [
        ("ational", "ate", 0), ("tional", "tion", 0), ("enci", "ence", 0), ("anci", "ance", 0), ("izer", "ize", 0), ("bli", "ble", 0),
        ("fulli", "ful", 0), ("entli", "ent", 0), ("eli", "e", 0), ("ousli", "ous", 0), ("ization", "ize", 0), ("ation", "ate", 0),
        ("ator", "ate", 0), ("alism", "al", 0), ("iveness", "ive", 0), ("fulness", "ful", 0), ("ousness", "ous", 0), ("aliti", "al", 0),
        ("iviti", "ive", 0), ("biliti", "ble", 0), ("logi", "log", 1),
    ];

    private static readonly (string Ending, string Becomes, int Counted)[] _third =
    [
        ("icate", "ic", 0), ("ative", "", 0), ("alize", "al", 0), ("iciti", "ic", 0), ("ical", "ic", 0), ("ful", "", 0), ("ness", "", 0),
    ];

    private static readonly string[] _fourth =
    [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize",
    ];

    /// <summary>The stem of a word.</summary>
    /// <param name="word">A word in lower case.</param>
    public static string Stem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (_irregular.TryGetValue(word, out string? known))
        {
            return known;
        }

        // Two letters have no ending to lose.
        return word.Length <= 2 ? word : Last(Fourth(Replaced(Second(EndingY(Participles(Plurals(word)))), _third)));
    }

    private static bool IsConsonant(string word, int at) => word[at] switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' => false,
        'y' => at == 0 || !IsConsonant(word, at - 1),
        _ => true,
    };

    // How many times a consonant follows a vowel.
    private static int Measure(string stem)
    {
        int count = 0;
        for (int i = 1; i < stem.Length; i++)
        {
            count += IsConsonant(stem, i) && !IsConsonant(stem, i - 1) ? 1 : 0;
        }

        return count;
    }

    private static bool HasVowel(string stem) => Enumerable.Range(0, stem.Length).Any(i => !IsConsonant(stem, i));

    private static bool EndsDouble(string word) => word.Length >= 2 && word[^1] == word[^2] && IsConsonant(word, word.Length - 1);

    // Consonant, vowel, consonant that is not w, x or y; or a word of a vowel and a consonant.
    private static bool EndsShort(string word)
    {
        int last = word.Length - 1;
        return last switch
        {
            0 => false,
            1 => !IsConsonant(word, 0) && IsConsonant(word, 1),
            _ => IsConsonant(word, last) && !IsConsonant(word, last - 1) && IsConsonant(word, last - 2) && word[last] is not ('w' or 'x' or 'y'),
        };
    }

    private static bool Ends(string word, string ending) => word.EndsWith(ending, StringComparison.Ordinal);

    private static string Plurals(string word)
    {
        if (Ends(word, "sses"))
        {
            return word[..^2];
        }

        if (Ends(word, "ies"))
        {
            return word.Length == 4 ? word[..^1] : word[..^2];
        }

        return word[^1] == 's' && word[^2] != 's' ? word[..^1] : word;
    }

    private static string Participles(string word)
    {
        if (Ends(word, "ied"))
        {
            return word.Length == 4 ? word[..^1] : word[..^2];
        }

        if (Ends(word, "eed"))
        {
            return Measure(word[..^3]) > 0 ? word[..^1] : word;
        }

        string stem = Ends(word, "ed") ? word[..^2] : Ends(word, "ing") ? word[..^3] : word;
        if (stem.Length == word.Length || !HasVowel(stem))
        {
            return word;
        }

        if (Ends(stem, "at") || Ends(stem, "bl") || Ends(stem, "iz"))
        {
            return stem + "e";
        }

        if (EndsDouble(stem))
        {
            return stem[^1] is 'l' or 's' or 'z' ? stem : stem[..^1];
        }

        return Measure(stem) == 1 && EndsShort(stem) ? stem + "e" : stem;
    }

    private static string EndingY(string word) =>
        word[^1] == 'y' && word.Length > 2 && IsConsonant(word, word.Length - 2) ? word[..^1] + "i" : word;

    private static string Second(string word)
    {
        // Not by the list: "alli" becomes "al", which may have a second ending itself. "bli" comes before it.
        if (Ends(word, "alli"))
        {
            return Measure(word[..^4]) > 0 ? Second(word[..^2]) : word;
        }

        return Replaced(word, _second);
    }

    private static string Replaced(string word, (string Ending, string Becomes, int Counted)[] endings)
    {
        foreach ((string ending, string becomes, int counted) in endings)
        {
            if (Ends(word, ending))
            {
                string stem = word[..^ending.Length];
                return Measure(stem + ending[..counted]) > 0 ? stem + becomes : word;
            }
        }

        return word;
    }

    private static string Fourth(string word)
    {
        foreach (string ending in _fourth)
        {
            if (Ends(word, ending))
            {
                string stem = word[..^ending.Length];
                return Measure(stem) > 1 && (ending != "ion" || stem[^1] is 's' or 't') ? stem : word;
            }
        }

        return word;
    }

    private static string Last(string word)
    {
        if (word[^1] == 'e')
        {
            string stem = word[..^1];
            int measure = Measure(stem);
            if (measure > 1 || (measure == 1 && !EndsShort(stem)))
            {
                word = stem;
            }
        }

        return Ends(word, "ll") && Measure(word) > 1 ? word[..^1] : word;
    }
}
