namespace Nabla.Core;

/// <summary>Computes formulas in double. Truth is 1 or 0; the value of a choice among names is its name.</summary>
internal static class FormulaValue
{
    /// <param name="formula">The formula.</param>
    /// <param name="lookup">The value of a name: a number, a boolean, or the hyphenated name of a choice.</param>
    /// <exception cref="OptionException">The formula compares a choice with something that is no name.</exception>
    public static double Of(Formula formula, Func<string, object> lookup)
    {
        double Value(Formula part) => Of(part, lookup);
        return formula switch
        {
            Formula.Number(var number) => number,
            Formula.Name(var name) => lookup(name) switch
            {
                bool flag => flag ? 1 : 0,
                IConvertible number and not string => number.ToDouble(System.Globalization.CultureInfo.InvariantCulture),
                var other => throw new OptionException($"'{name}' is '{other}', which is no number; compare it with == or !=."),
            },
            Formula.Negative(var value) => -Value(value),
            Formula.Binary("==" or "!=", Formula.Name(var option), Formula.Name(var choice)) binary
                when lookup(option) is string chosen =>
                Same(chosen, choice) == (binary.Operator == "==") ? 1 : 0,
            Formula.Binary("&&", var left, var right) => Value(left) != 0 && Value(right) != 0 ? 1 : 0,
            Formula.Binary("||", var left, var right) => Value(left) != 0 || Value(right) != 0 ? 1 : 0,
            Formula.Binary(var sign, var left, var right) => Apply(sign, Value(left), Value(right)),
            Formula.Choice(var condition, var yes, var no) => Value(condition) != 0 ? Value(yes) : Value(no),
            Formula.Call("product", var arguments) => Product(arguments.Items, lookup),
            Formula.Call(var function, var arguments) => Call(function, [.. arguments.Items.Select(Value)]),
            _ => throw new InvalidOperationException($"A formula has no part {formula.GetType().Name}."),
        };
    }

    /// <summary>Whether a choice is the one a formula names; formulas may write it hyphenated or in camelCase.</summary>
    public static bool Same(string chosen, string written) => string.Equals(
        chosen.Replace("-", string.Empty, StringComparison.Ordinal),
        written.Replace("-", string.Empty, StringComparison.Ordinal),
        StringComparison.OrdinalIgnoreCase);

    public static double Apply(string sign, double left, double right) => sign switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        "^" => Math.Pow(left, right),
        "==" => left == right ? 1 : 0,
        "!=" => left != right ? 1 : 0,
        "<" => left < right ? 1 : 0,
        ">" => left > right ? 1 : 0,
        "<=" => left <= right ? 1 : 0,
        ">=" => left >= right ? 1 : 0,
        _ => throw new InvalidOperationException($"A formula has no operator '{sign}'."),
    };

    private static double Product(IReadOnlyList<Formula> parts, Func<string, object> lookup)
    {
        if (parts.Count != 4 || parts[0] is not Formula.Name(var index))
        {
            throw new InvalidOperationException("A product has an index, its first and last value, and a factor.");
        }

        var last = Of(parts[2], lookup);
        var product = 1.0;
        for (var i = Of(parts[1], lookup); i <= last; i++)
        {
            var at = i;
            product *= Of(parts[3], name => name == index ? at : lookup(name));
        }

        return product;
    }

    private static double Call(string function, double[] values) => (function, values.Length) switch
    {
        ("sqrt", 1) => Math.Sqrt(values[0]),
        ("abs", 1) => Math.Abs(values[0]),
        ("sign", 1) => double.IsNaN(values[0]) ? 0 : Math.Sign(values[0]),
        ("exp", 1) => Math.Exp(values[0]),
        ("log", 1) => Math.Log(values[0]),
        ("floor", 1) => Math.Floor(values[0]),
        ("pow", 2) => Math.Pow(values[0], values[1]),
        ("min", >= 1) => values.Aggregate(Math.Min),
        ("max", >= 1) => values.Aggregate(Math.Max),
        _ => throw new InvalidOperationException($"A formula has no function {function} of {values.Length} values."),
    };
}
