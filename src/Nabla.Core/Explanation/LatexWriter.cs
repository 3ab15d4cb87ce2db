using System.Globalization;

namespace Nabla.Core;

/// <summary>Writes formulas in LaTeX, for math mode: fractions, roots, powers, cases.</summary>
/// <param name="name">The LaTeX of a name.</param>
internal sealed class LatexWriter(Func<string, string> name)
{
    private const int SumRank = 1;
    private const int ProductRank = 2;
    private const int SignRank = 2;
    private const int PowerRank = 4;
    private const int AtomRank = 9;

    public string Write(Formula formula) => formula switch
    {
        Formula.Number(var number) => Number(number),
        Formula.Name(var text) => name(text),
        Formula.Negative(var value) => "-" + Inside(value, ProductRank + 1),
        Formula.Binary("+", var left, var right) => $"{Inside(left, SumRank)} + {Inside(right, SumRank)}",
        Formula.Binary("-", var left, var right) => $"{Inside(left, SumRank)} - {Inside(right, SumRank + 1)}",
        Formula.Binary("*", var left, var right) => Product(left, right),
        Formula.Binary("/", var left, var right) => $@"\frac{{{Write(left)}}}{{{Write(right)}}}",
        Formula.Binary("^", var left, var right) => $"{Inside(left, PowerRank + 1)}^{{{Write(right)}}}",
        Formula.Binary(var sign, var left, var right) => $"{Inside(left, SumRank)} {Relation(sign)} {Inside(right, SumRank)}",
        Formula.Choice(var condition, var yes, var no) =>
            $@"\begin{{cases}} {Write(yes)} & \text{{if }} {Write(condition)} \\ {Write(no)} & \text{{otherwise}} \end{{cases}}",
        Formula.Call(var function, var arguments) => Call(function, arguments.Items),
        _ => throw new InvalidOperationException($"A formula has no part {formula.GetType().Name}."),
    };

    private static int Rank(Formula formula) => formula switch
    {
        Formula.Number(var number) => number < 0 ? SignRank : AtomRank,
        Formula.Negative => SumRank,
        Formula.Binary("+" or "-", _, _) => SumRank,
        Formula.Binary("*", _, _) => ProductRank,
        Formula.Binary("/", _, _) => 3,
        Formula.Binary("^", _, _) => PowerRank,
        Formula.Binary => 0,
        Formula.Choice => 0,
        _ => AtomRank,
    };

    private static string Relation(string sign) => sign switch
    {
        "==" => "=",
        "!=" => @"\neq",
        "<=" => @"\leq",
        ">=" => @"\geq",
        "&&" => @"\land",
        "||" => @"\lor",
        _ => sign,
    };

    private static string Number(double number)
    {
        var text = OptionText.Write(number);
        var exponent = text.IndexOf('e', StringComparison.Ordinal);
        if (exponent < 0)
        {
            return text;
        }

        var power = int.Parse(text.AsSpan(exponent + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = text[..exponent];
        return mantissa == "1" ? $"10^{{{power}}}" : $@"{mantissa} \cdot 10^{{{power}}}";
    }

    private string Inside(Formula formula, int rank) =>
        Rank(formula) < rank ? $@"\left({Write(formula)}\right)" : Write(formula);

    private string Product(Formula left, Formula right)
    {
        var (first, second) = (Inside(left, ProductRank), Inside(right, ProductRank));

        // Two numbers side by side would read as one.
        var sign = char.IsDigit(second[0]) || second[0] == '-' ? @" \cdot " : @" \, ";
        return second[0] == '-' ? $@"{first}{sign}\left({second}\right)" : first + sign + second;
    }

    private string Product(IReadOnlyList<Formula> parts)
    {
        // The index belongs to the product alone, so no list of names has it.
        var index = ((Formula.Name)parts[0]).Text;
        var inner = new LatexWriter(text => text == index ? index : name(text));
        return $@"\prod_{{{index}={Write(parts[1])}}}^{{{Write(parts[2])}}} {inner.Inside(parts[3], ProductRank)}";
    }

    private string Call(string function, IReadOnlyList<Formula> arguments)
    {
        if (function == "product")
        {
            return Product(arguments);
        }

        var all = string.Join(", ", arguments.Select(Write));
        return function switch
        {
            "sqrt" => $@"\sqrt{{{all}}}",
            "abs" => $@"\left|{all}\right|",
            "pow" => $"{Inside(arguments[0], PowerRank + 1)}^{{{Write(arguments[1])}}}",
            "floor" => $@"\left\lfloor {all} \right\rfloor",
            "sign" => $@"\operatorname{{sign}}\left({all}\right)",
            _ => $@"\{function}\left({all}\right)",
        };
    }
}
