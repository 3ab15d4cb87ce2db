namespace Nabla.Cli;

/// <summary>How optimizers and their settings are written on the command line.</summary>
public static class MethodSyntax
{
    /// <summary>Splits <c>a,wrapper(b,c),d</c> at the commas outside parentheses.</summary>
    /// <param name="text">The value of <c>--optimizers</c>.</param>
    /// <returns>The names in the order written, without spaces around them; at least one.</returns>
    /// <exception cref="UsageException">A name is empty or repeated, or the parentheses do not match.</exception>
    public static IReadOnlyList<string> SplitList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> names = [];
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i == text.Length ? ',' : text[i];
            if (c == '(')
            {
                depth++;
            }
            else if (c == ')')
            {
                depth--;
            }

            if (depth < 0 || (i == text.Length && depth > 0))
            {
                throw new UsageException($"The parentheses in '{text}' do not match; a wrapper is written wrapper(inner).");
            }

            if (c == ',' && depth == 0)
            {
                string name = text[start..i].Trim();
                if (name.Length == 0)
                {
                    throw new UsageException(
                        $"The list of optimizers '{text}' has an empty name; write them as adamw,mvn-grad,sgd.");
                }

                if (names.Contains(name))
                {
                    throw new UsageException($"The optimizer '{name}' is named twice in '{text}'; name each once.");
                }

                names.Add(name);
                start = i + 1;
            }
        }

        return names;
    }

    /// <summary>Reads settings written <c>name=value</c>.</summary>
    /// <param name="settings">The values of <c>--set</c>, in the order given; a later one must not repeat a name.</param>
    /// <returns>The values by name.</returns>
    /// <exception cref="UsageException">A setting has no name, no <c>=</c>, no value, or is repeated.</exception>
    public static IReadOnlyDictionary<string, string> ReadSettings(IEnumerable<string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Dictionary<string, string> read = new(StringComparer.Ordinal);
        foreach (string setting in settings)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? "" : setting[..equals].Trim();
            string value = equals < 0 ? "" : setting[(equals + 1)..].Trim();
            if (name.Length == 0 || value.Length == 0)
            {
                throw new UsageException($"The setting '{setting}' is not of the form name=value, as in learningRate=0.01.");
            }

            if (!read.TryAdd(name, value))
            {
                throw new UsageException($"The setting '{name}' is given twice; give it once.");
            }
        }

        return read;
    }

    /// <summary>
    /// Shares settings out between the methods of a comparison: <c>adamw.beta1</c> goes to <c>adamw</c> alone, a name
    /// that no method prefixes goes to all.
    /// </summary>
    /// <param name="methods">The methods compared.</param>
    /// <param name="settings">The settings as read.</param>
    /// <returns>The settings of each method, without the prefix; a method's own wins over one for all.</returns>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> ShareOut(
        IReadOnlyList<string> methods, IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(methods);
        ArgumentNullException.ThrowIfNull(settings);
        Dictionary<string, IReadOnlyDictionary<string, string>> shared = new(StringComparer.Ordinal);
        foreach (string method in methods)
        {
            Dictionary<string, string> own = new(StringComparer.Ordinal);
            foreach ((string name, string value) in settings)
            {
                if (!methods.Any(other => name.StartsWith(other + ".", StringComparison.Ordinal)))
                {
                    own[name] = value;
                }
            }

            foreach ((string name, string value) in settings)
            {
                if (name.StartsWith(method + ".", StringComparison.Ordinal))
                {
                    own[name[(method.Length + 1)..]] = value;
                }
            }

            shared[method] = own;
        }

        return shared;
    }
}
