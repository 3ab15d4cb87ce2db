using System.Globalization;
using Spectre.Console;

namespace Nabla.Cli;

/// <summary>What the standard streams are, and how numbers look on them.</summary>
internal static class Terminal
{
    /// <summary>Whether progress can be drawn: standard error is a terminal that takes escape sequences.</summary>
    public static bool CanDraw =>
        !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } term && term != "dumb";

    /// <summary>A console that draws on standard error, so that standard output holds results alone.</summary>
    /// <returns>The console.</returns>
    public static IAnsiConsole Drawing() =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>A loss or rate for people: four significant places, a dash when there is none.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The text.</returns>
    public static string Short(double? value) => value switch
    {
        null => "-",
        { } number when !double.IsFinite(number) => number.ToString(CultureInfo.InvariantCulture),
        { } number when Math.Abs(number) >= 10000 => number.ToString("N0", CultureInfo.InvariantCulture),
        { } number when Math.Abs(number) >= 100 => number.ToString("F1", CultureInfo.InvariantCulture),
        { } number when Math.Abs(number) >= 0.01 || number == 0 => number.ToString("F4", CultureInfo.InvariantCulture),
        { } number => number.ToString("0.000e+00", CultureInfo.InvariantCulture),
    };

    /// <summary>A length of time for people.</summary>
    /// <param name="time">The time.</param>
    /// <returns>As in <c>42 s</c>, <c>3:07</c> or <c>2:05:00</c>.</returns>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => time.TotalSeconds.ToString(time.TotalSeconds < 10 ? "F1" : "F0", CultureInfo.InvariantCulture) + " s",
        { TotalHours: < 1 } => time.ToString(@"m\:ss", CultureInfo.InvariantCulture),
        _ => ((long)time.TotalHours).ToString(CultureInfo.InvariantCulture) + time.ToString(@"\:mm\:ss", CultureInfo.InvariantCulture),
    };

    /// <summary>A number of bytes for people.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>As in <c>12.3 MiB</c>.</returns>
    public static string Bytes(double bytes) => bytes switch
    {
        < 1024 => bytes.ToString("F0", CultureInfo.InvariantCulture) + " B",
        < 1024 * 1024 => (bytes / 1024).ToString("F1", CultureInfo.InvariantCulture) + " KiB",
        < 1024d * 1024 * 1024 => (bytes / (1024 * 1024)).ToString("F1", CultureInfo.InvariantCulture) + " MiB",
        _ => (bytes / (1024d * 1024 * 1024)).ToString("F2", CultureInfo.InvariantCulture) + " GiB",
    };
}
