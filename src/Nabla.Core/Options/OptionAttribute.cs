namespace Nabla.Core;

/// <summary>Describes one option of a method: what turning it up does and which values are allowed.</summary>
/// <param name="summary">One phrase: what the option does.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute(string summary) : Attribute
{
    /// <summary>What the option does.</summary>
    public string Summary { get; } = summary;

    /// <summary>The least value; minus infinity when there is none.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>The greatest value; infinity when there is none.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>Whether <see cref="Minimum"/> itself is not allowed.</summary>
    public bool ExcludesMinimum { get; init; }

    /// <summary>Whether <see cref="Maximum"/> itself is not allowed.</summary>
    public bool ExcludesMaximum { get; init; }

    /// <summary>Values that usually work, such as "0.9 to 0.99".</summary>
    public string? Usual { get; init; }

    /// <summary>Whether a value is allowed; a value that is not finite never is.</summary>
    public bool Allows(double value) => double.IsFinite(value)
        && (ExcludesMinimum ? value > Minimum : value >= Minimum)
        && (ExcludesMaximum ? value < Maximum : value <= Maximum);

    /// <summary>The allowed values in words or as an interval.</summary>
    public string Range()
    {
        var least = OptionText.Write(Minimum);
        var greatest = OptionText.Write(Maximum);
        return (double.IsInfinity(Minimum), double.IsInfinity(Maximum)) switch
        {
            (true, true) => "any finite number",
            (false, true) => ExcludesMinimum ? $"above {least}" : $"{least} or above",
            (true, false) => ExcludesMaximum ? $"below {greatest}" : $"{greatest} or below",
            _ => $"{(ExcludesMinimum ? '(' : '[')}{least}, {greatest}{(ExcludesMaximum ? ')' : ']')}",
        };
    }
}
