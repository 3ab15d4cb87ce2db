using System.Globalization;

namespace Nabla.Core;

/// <summary>
/// Reads formulas such as <c>learningRate / (1 - beta1^t)</c>. From the loosest binding to the closest:
/// <c>c ? a : b</c>, <c>||</c>, <c>&amp;&amp;</c>, comparisons, <c>+ -</c>, <c>* /</c>, sign, <c>^</c> (to the right).
/// </summary>
internal sealed class FormulaParser
{
    private static readonly string[][] s_levels =
        [["||"], ["&&"], ["==", "!=", "<=", ">=", "<", ">"], ["+", "-"], ["*", "/"]];

    private static readonly string[] s_functions = ["sqrt", "abs", "sign", "exp", "log", "pow", "min", "max", "floor", "product"];

    private readonly string _text;
    private int _at;

    private FormulaParser(string text) => _text = text;

    /// <exception cref="FormatException">The text is no formula; the message says where it stops being one.</exception>
    public static Formula Parse(string text)
    {
        var parser = new FormulaParser(text);
        var formula = parser.Conditional();
        parser.SkipSpace();
        return parser._at == text.Length ? formula : throw parser.Error("an operator or the end");
    }

    private Formula Conditional()
    {
        var condition = Level(0);
        if (!Take("?"))
        {
            return condition;
        }

        var yes = Conditional();
        if (!Take(":"))
        {
            throw Error("':'");
        }

        return new Formula.Choice(condition, yes, Conditional());
    }

    private Formula Level(int level)
    {
        if (level == s_levels.Length)
        {
            return Signed();
        }

        var left = Level(level + 1);
        while (Array.Find(s_levels[level], Take) is { } sign)
        {
            left = new Formula.Binary(sign, left, sign is "==" or "!=" ? Comparand(level) : Level(level + 1));
        }

        return left;
    }

    // The value of a choice may be hyphenated, which only makes sense after a comparison.
    private Formula Comparand(int level)
    {
        SkipSpace();
        var end = _at;
        while (end < _text.Length && (char.IsLetterOrDigit(_text[end])
            || (_text[end] == '-' && end > _at && end + 1 < _text.Length && char.IsLetter(_text[end + 1]))))
        {
            end++;
        }

        if (_text.AsSpan(_at, end - _at).Contains('-'))
        {
            var name = new Formula.Name(_text[_at..end]);
            _at = end;
            return name;
        }

        return Level(level + 1);
    }

    private Formula Signed() => Take("-") ? new Formula.Negative(Signed()) : Power();

    private Formula Power()
    {
        var left = Atom();
        return Take("^") ? new Formula.Binary("^", left, Signed()) : left;
    }

    private Formula Atom()
    {
        if (Take("("))
        {
            var inner = Conditional();
            return Take(")") ? inner : throw Error("')'");
        }

        SkipSpace();
        var start = _at;
        if (_at < _text.Length && char.IsLetter(_text[_at]))
        {
            while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] == '.'))
            {
                _at++;
            }

            var name = _text[start.._at];
            return Take("(") ? Arguments(name) : new Formula.Name(name);
        }

        while (_at < _text.Length && (char.IsDigit(_text[_at]) || _text[_at] is '.' or 'e'
            || (_text[_at] is '-' or '+' && _at > start && _text[_at - 1] == 'e')))
        {
            _at++;
        }

        return double.TryParse(_text.AsSpan(start, _at - start), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? new Formula.Number(number)
            : throw Error("a number, a name or '('");
    }

    private Formula.Call Arguments(string function)
    {
        if (!s_functions.Contains(function))
        {
            throw new FormatException(
                $"'{_text}' calls {function}, which no formula knows; the functions are {string.Join(", ", s_functions)}.");
        }

        var arguments = new List<Formula> { Conditional() };
        while (Take(","))
        {
            arguments.Add(Conditional());
        }

        return Take(")") ? new Formula.Call(function, [.. arguments]) : throw Error("')'");
    }

    private bool Take(string token)
    {
        SkipSpace();
        if (string.CompareOrdinal(_text, _at, token, 0, token.Length) != 0)
        {
            return false;
        }

        _at += token.Length;
        return true;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] == ' ')
        {
            _at++;
        }
    }

    private FormatException Error(string expected) =>
        new($"'{_text}' is no formula: at position {_at + 1} {expected} was expected.");
}
