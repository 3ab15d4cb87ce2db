namespace Nabla.Core;

/// <summary>Takes out of a formula what arithmetic makes trivial: zeros, ones, double signs, decided conditions.</summary>
internal static class FormulaSimplifier
{
    private static readonly Formula s_zero = new Formula.Number(0);
    private static readonly Formula s_one = new Formula.Number(1);

    public static Formula Simplify(Formula formula) => formula.Map(Once);

    /// <summary>Decides the conditions that depend on options only, as these options decide them.</summary>
    public static Formula Decide(Formula formula, IReadOnlyDictionary<string, object> options) => Simplify(formula.Map(part =>
        part is Formula.Choice(var condition, var yes, var no) && IsFixed(condition, options)
            ? FormulaValue.Of(condition, name => options[name]) != 0 ? yes : no
            : part));

    private static bool IsFixed(Formula condition, IReadOnlyDictionary<string, object> options) => condition switch
    {
        Formula.Binary("==" or "!=", Formula.Name(var option), Formula.Name) when options.GetValueOrDefault(option) is string => true,
        Formula.Binary(_, var left, var right) => IsFixed(left, options) && IsFixed(right, options),
        _ => condition.Names().All(options.ContainsKey),
    };

    private static Formula Once(Formula formula) => formula switch
    {
        Formula.Negative(Formula.Number(var number)) => new Formula.Number(-number),
        Formula.Negative(Formula.Negative(var value)) => value,
        Formula.Binary(var sign, Formula.Number(var left), Formula.Number(var right)) when sign is "+" or "-" or "*" =>
            new Formula.Number(FormulaValue.Apply(sign, left, right)),
        Formula.Binary("+", var left, var right) => Sum(left, right),
        Formula.Binary("-", var left, var right) => Difference(left, right),
        Formula.Binary("*", var left, var right) => Product(left, right),
        Formula.Binary("/", var left, var right) => Quotient(left, right),
        Formula.Binary("^", var left, var right) when right.Equals(s_one) => left,
        _ => formula,
    };

    private static Formula Sum(Formula left, Formula right) => (left, right) switch
    {
        _ when left.Equals(s_zero) => right,
        _ when right.Equals(s_zero) => left,
        (_, Formula.Negative(var value)) => Difference(left, value),
        (Formula.Negative(var value), _) => Difference(right, value),
        _ => new Formula.Binary("+", left, right),
    };

    private static Formula Difference(Formula left, Formula right) => (left, right) switch
    {
        _ when right.Equals(s_zero) => left,
        _ when left.Equals(s_zero) => Once(new Formula.Negative(right)),
        (_, Formula.Negative(var value)) => Sum(left, value),
        _ => new Formula.Binary("-", left, right),
    };

    private static Formula Product(Formula left, Formula right) => (left, right) switch
    {
        _ when left.Equals(s_zero) || right.Equals(s_zero) => s_zero,
        _ when left.Equals(s_one) => right,
        _ when right.Equals(s_one) => left,
        (Formula.Number(-1), _) => Once(new Formula.Negative(right)),
        (_, Formula.Number(-1)) => Once(new Formula.Negative(left)),
        (Formula.Negative(var value), _) => Once(new Formula.Negative(Product(value, right))),
        (_, Formula.Negative(var value)) => Once(new Formula.Negative(Product(left, value))),
        (_, Formula.Binary("/", var above, var below)) when above.Equals(s_one) => Quotient(left, below),
        (Formula.Binary("/", var above, var below), _) when above.Equals(s_one) => Quotient(right, below),
        _ when left.Equals(right) => new Formula.Binary("^", left, new Formula.Number(2)),
        _ => new Formula.Binary("*", left, right),
    };

    private static Formula Quotient(Formula left, Formula right) => (left, right) switch
    {
        _ when left.Equals(s_zero) => s_zero,
        _ when right.Equals(s_one) => left,
        (Formula.Negative(var value), _) => Once(new Formula.Negative(Quotient(value, right))),
        _ => new Formula.Binary("/", left, right),
    };
}
