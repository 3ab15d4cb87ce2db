using System.Globalization;

namespace Nabla.Dashboard.Serving;

/// <summary>Numbers and times as pages show them.</summary>
internal static class Text
{
    /// <summary>A value with four digits that count; <c>none</c> when there is none.</summary>
    public static string Short(double? value) => value switch
    {
        null => "none",
        { } v when !double.IsFinite(v) => v.ToString(CultureInfo.InvariantCulture),
        0 => "0",
        { } v when Math.Abs(v) is >= 1e5 or < 1e-3 => v.ToString("0.###e+0", CultureInfo.InvariantCulture),
        { } v => Math.Round(v, Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(v))), 0, 6)).ToString("0.######", CultureInfo.InvariantCulture),
    };

    /// <summary>A count with its thousands set apart.</summary>
    public static string Count(long value) =>
        // A narrow space, which does not break: commas read as decimals in half of the world.
        value.ToString("N0", CultureInfo.InvariantCulture).Replace(",", "\u202f", StringComparison.Ordinal);

    /// <summary>A duration as a person would say it.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 10 => seconds.ToString("0.00", CultureInfo.InvariantCulture) + " s",
        < 60 => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60):0} min {Math.Floor(seconds % 60):00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 3600):0} h {Math.Floor(seconds % 3600 / 60):00} min"),
    };

    /// <summary>An amount of memory.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        0 => "none",
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB"),
        < 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024 * 1024):0.00} GiB"),
    };

    /// <summary>A moment in universal time.</summary>
    public static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A moment for machines, in the attribute <c>datetime</c>.</summary>
    public static string Machine(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The name of a series as a heading.</summary>
    public static string Heading(string series)
    {
        string words = series.Replace('_', ' ');
        return words.Length == 0 ? series : series == "loss" ? "Training loss" : char.ToUpperInvariant(words[0]) + words[1..];
    }
}
