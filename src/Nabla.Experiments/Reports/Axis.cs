using System.Globalization;

[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("Nabla.Experiments.Tests")]

namespace Nabla.Experiments;

/// <summary>A scale from numbers to pixels with round ticks; linear or logarithmic.</summary>
internal sealed class Axis
{
    private readonly double _low;
    private readonly double _high;
    private readonly double _from;
    private readonly double _to;
    private readonly bool _logarithmic;

    public Axis(double low, double high, double from, double to, bool logarithmic)
    {
        if (!(high > low))
        {
            double room = Math.Max(Math.Abs(low) * 0.05, 1e-9);
            (low, high) = logarithmic ? (low / 1.1, high * 1.1) : (low - room, high + room);
        }

        _logarithmic = logarithmic;
        _from = from;
        _to = to;
        _low = low;
        _high = high;
        Ticks = logarithmic ? LogarithmicTicks(low, high) : LinearTicks(low, high);
    }

    /// <summary>Round numbers within the scale, with their texts.</summary>
    public IReadOnlyList<(double Value, string Text)> Ticks { get; }

    public double At(double value)
    {
        double share = _logarithmic
            ? (Math.Log(Math.Max(value, double.Epsilon)) - Math.Log(_low)) / (Math.Log(_high) - Math.Log(_low))
            : (value - _low) / (_high - _low);
        // Far outside is clipped by the drawing; pixels stay small enough for every renderer.
        return _from + (Math.Clamp(share, -20, 20) * (_to - _from));
    }

    private static List<(double Value, string Text)> LinearTicks(double low, double high)
    {
        double raw = (high - low) / 6;
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = (raw / power) switch { <= 1.4 => 1, <= 2.8 => 2, <= 7 => 5, _ => 10 } * power;
        int decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
        List<(double, string)> ticks = [];
        for (double index = Math.Ceiling((low / step) - 1e-9); index * step <= high + (step * 1e-9); index++)
        {
            // Adding zero turns the negative zero that rounding up can give into a plain one.
            double value = (index * step) + 0.0;
            ticks.Add((value, Label(value, decimals)));
        }

        return ticks;
    }

    private static List<(double Value, string Text)> LogarithmicTicks(double low, double high)
    {
        int first = (int)Math.Floor(Math.Log10(low));
        int last = (int)Math.Ceiling(Math.Log10(high));
        int every = Math.Max(1, (last - first) / 6);
        double[] within = last - first <= 3 ? [1, 2, 5] : [1];
        List<(double, string)> ticks = [];
        for (int power = first; power <= last; power += every)
        {
            foreach (double digit in within)
            {
                double value = digit * Math.Pow(10, power);
                if (value >= low * 0.999999 && value <= high * 1.000001)
                {
                    ticks.Add((value, Label(value, Math.Max(0, -power))));
                }
            }
        }

        return ticks;
    }

    private static string Label(double value, int decimals)
    {
        double size = Math.Abs(value);
        if (decimals > 5 || size >= 1e9)
        {
            return value.ToString("0.###e0", CultureInfo.InvariantCulture);
        }

        return size >= 10_000 && decimals == 0
            ? (value / 1000).ToString("#,0.###", CultureInfo.InvariantCulture) + "k"
            : value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
