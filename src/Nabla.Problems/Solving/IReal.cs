namespace Nabla.Problems.Solving;

/// <summary>
/// A number in which a function is written once: <see cref="Real"/> for values and gradients, <see cref="Dual"/> for
/// products with the second derivative.
/// </summary>
internal interface IReal<T>
    where T : struct, IReal<T>
{
    /// <summary>The number itself, for branches.</summary>
    double Number { get; }

    static abstract T Of(double value);

    /// <summary>The derivative along the direction as a plain number; 0 where none is carried.</summary>
    static abstract T Along(T x);

    static abstract T Exp(T x);

    static abstract T Log(T x);

    static abstract T Sqrt(T x);

    static abstract T Sin(T x);

    static abstract T Cos(T x);

    static abstract T Atan(T x);

    static abstract T Tanh(T x);

    static abstract T operator +(T a, T b);

    static abstract T operator +(T a, double b);

    static abstract T operator +(double a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator -(T a, double b);

    static abstract T operator -(double a, T b);

    static abstract T operator -(T a);

    static abstract T operator *(T a, T b);

    static abstract T operator *(double a, T b);

    static abstract T operator *(T a, double b);

    static abstract T operator /(T a, T b);

    static abstract T operator /(double a, T b);

    static abstract T operator /(T a, double b);
}
