namespace Nabla.Problems.Solving;

/// <summary>A number with its derivative along one direction.</summary>
internal readonly struct Dual(double number, double slope) : IReal<Dual>
{
    public double Number { get; } = number;

    /// <summary>The derivative along the direction.</summary>
    public double Slope { get; } = slope;

    public static Dual Of(double value) => new(value, 0);

    public static Dual Along(Dual x) => new(x.Slope, 0);

    public static Dual Exp(Dual x)
    {
        var e = Math.Exp(x.Number);
        return new(e, x.Slope * e);
    }

    public static Dual Log(Dual x) => new(Math.Log(x.Number), x.Slope / x.Number);

    public static Dual Sqrt(Dual x)
    {
        var root = Math.Sqrt(x.Number);
        return new(root, x.Slope / (2 * root));
    }

    public static Dual Sin(Dual x) => new(Math.Sin(x.Number), x.Slope * Math.Cos(x.Number));

    public static Dual Cos(Dual x) => new(Math.Cos(x.Number), -x.Slope * Math.Sin(x.Number));

    public static Dual Atan(Dual x) => new(Math.Atan(x.Number), x.Slope / (1 + (x.Number * x.Number)));

    public static Dual Tanh(Dual x)
    {
        var t = Math.Tanh(x.Number);
        return new(t, x.Slope * (1 - (t * t)));
    }

    public static Dual operator +(Dual a, Dual b) => new(a.Number + b.Number, a.Slope + b.Slope);

    public static Dual operator +(Dual a, double b) => new(a.Number + b, a.Slope);

    public static Dual operator +(double a, Dual b) => new(a + b.Number, b.Slope);

    public static Dual operator -(Dual a, Dual b) => new(a.Number - b.Number, a.Slope - b.Slope);

    public static Dual operator -(Dual a, double b) => new(a.Number - b, a.Slope);

    public static Dual operator -(double a, Dual b) => new(a - b.Number, -b.Slope);

    public static Dual operator -(Dual a) => new(-a.Number, -a.Slope);

    public static Dual operator *(Dual a, Dual b) => new(a.Number * b.Number, (a.Slope * b.Number) + (a.Number * b.Slope));

    public static Dual operator *(double a, Dual b) => new(a * b.Number, a * b.Slope);

    public static Dual operator *(Dual a, double b) => new(a.Number * b, a.Slope * b);

    public static Dual operator /(Dual a, Dual b)
    {
        var quotient = a.Number / b.Number;
        return new(quotient, (a.Slope - (quotient * b.Slope)) / b.Number);
    }

    public static Dual operator /(double a, Dual b)
    {
        var quotient = a / b.Number;
        return new(quotient, -quotient * b.Slope / b.Number);
    }

    public static Dual operator /(Dual a, double b) => new(a.Number / b, a.Slope / b);
}
