namespace Nabla.Testing;

/// <summary>The tolerances of the test suites, in one place.</summary>
public static class Tolerance
{
    /// <summary>Relative, one element-wise step in double.</summary>
    public const double Double = 1e-12;

    /// <summary>Relative, one element-wise step in float.</summary>
    public const double Float = 1e-6;

    /// <summary>The tolerance after a number of steps: grows with them, to a hundredfold at most.</summary>
    public static double After(int steps, double one) => one * Math.Min(steps, 100);

    /// <summary>Whether two numbers agree, relative to the greater of them and of 1e-3.</summary>
    public static bool Close(double expected, double actual, double relative) =>
        Math.Abs(expected - actual) <= relative * Math.Max(Math.Max(Math.Abs(expected), Math.Abs(actual)), 1e-3);
}
