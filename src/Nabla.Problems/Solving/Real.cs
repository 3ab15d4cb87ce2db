namespace Nabla.Problems.Solving;

/// <summary>A plain number; laid out as a double.</summary>
internal readonly struct Real(double value) : IReal<Real>
{
    public double Number { get; } = value;

    public static Real Of(double value) => new(value);

    public static Real Along(Real x) => default;

    public static Real Exp(Real x) => new(Math.Exp(x.Number));

    public static Real Log(Real x) => new(Math.Log(x.Number));

    public static Real Sqrt(Real x) => new(Math.Sqrt(x.Number));

    public static Real Sin(Real x) => new(Math.Sin(x.Number));

    public static Real Cos(Real x) => new(Math.Cos(x.Number));

    public static Real Atan(Real x) => new(Math.Atan(x.Number));

    public static Real Tanh(Real x) => new(Math.Tanh(x.Number));

    public static Real operator +(Real a, Real b) => new(a.Number + b.Number);

    public static Real operator +(Real a, double b) => new(a.Number + b);

    public static Real operator +(double a, Real b) => new(a + b.Number);

    public static Real operator -(Real a, Real b) => new(a.Number - b.Number);

    public static Real operator -(Real a, double b) => new(a.Number - b);

    public static Real operator -(double a, Real b) => new(a - b.Number);

    public static Real operator -(Real a) => new(-a.Number);

    public static Real operator *(Real a, Real b) => new(a.Number * b.Number);

    public static Real operator *(double a, Real b) => new(a * b.Number);

    public static Real operator *(Real a, double b) => new(a.Number * b);

    public static Real operator /(Real a, Real b) => new(a.Number / b.Number);

    public static Real operator /(double a, Real b) => new(a / b.Number);

    public static Real operator /(Real a, double b) => new(a.Number / b);
}
