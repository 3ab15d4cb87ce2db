using System.Text;

namespace Nabla.Core;

/// <summary>Gives the quantities of one method their LaTeX: the field's letter where it has one, the word otherwise.</summary>
internal sealed class LatexNames
{
    private static readonly string[] s_greek =
    [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
        "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega",
    ];

    private static readonly Dictionary<string, string> s_letters = new(StringComparer.Ordinal)
    {
        ["learningRate"] = @"\eta",
        ["weightDecay"] = @"\lambda",
        ["momentum"] = @"\mu",
        ["dampening"] = @"\tau",
        ["parameter"] = @"\theta",
        ["loss"] = @"\ell",
        ["t"] = "t",
    };

    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <param name="ofStep">Names whose value changes from step to step.</param>
    /// <param name="others">The other names.</param>
    /// <param name="gradient">How the gradient is written.</param>
    public LatexNames(IEnumerable<string> ofStep, IEnumerable<string> others, string gradient)
    {
        _given["gradient"] = gradient;
        _used.Add(gradient);
        foreach (var name in others)
        {
            Give(name, null);
        }

        foreach (var name in ofStep)
        {
            Give(name, "t");
        }
    }

    /// <summary>The LaTeX of a name; a name that ends in [t] or [t-1] gets that subscript.</summary>
    public string this[string name] => _given.TryGetValue(name, out var given) ? given : Give(name, null);

    private string Give(string name, string? time)
    {
        if (_given.TryGetValue(name, out var given))
        {
            return given;
        }

        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        var latex = bracket < 0
            ? Letter(name, time)
            : Letter(name[..bracket], name[(bracket + 1)..^1]);
        if (!_used.Add(latex))
        {
            latex = bracket < 0 ? Word(name, time) : Word(name[..bracket], name[(bracket + 1)..^1]);
            _used.Add(latex);
        }

        return _given[name] = latex;
    }

    private static string Letter(string name, string? time)
    {
        if (s_letters.TryGetValue(name, out var letter))
        {
            return Subscript(letter, null, time);
        }

        var digits = name.Length;
        while (digits > 1 && char.IsAsciiDigit(name[digits - 1]))
        {
            digits--;
        }

        var (stem, index) = (name[..digits], digits < name.Length ? name[digits..] : null);
        return s_greek.Contains(stem) ? Subscript($@"\{stem}", index, time)
            : stem.Length == 1 ? Subscript(stem, index, time)
            : Word(name, time);
    }

    private static string Word(string name, string? time) => Subscript($@"\mathrm{{{Escape(name)}}}", null, time);

    private static string Subscript(string letter, string? index, string? time) => (index, time) switch
    {
        (null, null) => letter,
        ({ } one, null) => $"{letter}_{{{one}}}",
        (null, { } one) => $"{letter}_{{{one}}}",
        var (first, second) => $"{letter}_{{{first},{second}}}",
    };

    private static string Escape(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            text.Append(letter switch
            {
                '\\' => @"\backslash ",
                '^' => @"\hat{}",
                '~' => @"\tilde{}",
                '_' or '%' or '#' or '&' or '$' or '{' or '}' => $@"\{letter}",
                ' ' => @"\ ",
                _ => letter.ToString(),
            });
        }

        return text.ToString();
    }
}
