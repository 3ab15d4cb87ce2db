using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Options of the gradient method with polynomial preconditioning.</summary>
public sealed record PolynomialPreconditioningOptions : MethodOptions
{
    /// <summary>τ: the degree of the polynomial; 0 is the gradient method. Range: [0, 10]. Default: 2.</summary>
    [Option("degree of the polynomial, 0 for the gradient method", Minimum = 0, Maximum = 10, Usual = "1 to 5")]
    public int Order { get; init; } = 2;

    /// <summary>Which polynomial. Default: symmetric.</summary>
    [Option("which polynomial")]
    public PolynomialKind Polynomial { get; init; } = PolynomialKind.Symmetric;

    /// <summary>The first guess of the smoothness M; doubled and halved as needed. Range: above 0. Default: 1.</summary>
    [Option("first guess of the smoothness, doubled and halved as needed", Minimum = 0, ExcludesMinimum = true)]
    public double Smoothness { get; init; } = 1;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
