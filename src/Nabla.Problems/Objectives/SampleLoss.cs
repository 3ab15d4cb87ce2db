namespace Nabla.Problems.Objectives;

/// <summary>The loss of one output against its label, with three derivatives in the output.</summary>
internal static class SampleLoss
{
    public static double Value(LossKind loss, double output, double label) => loss == LossKind.Squared
        ? (output - label) * (output - label) / 2
        : Softplus(-label * output);

    public static double First(LossKind loss, double output, double label) =>
        loss == LossKind.Squared ? output - label : -label * Sigmoid(-label * output);

    public static double Second(LossKind loss, double output, double label)
    {
        if (loss == LossKind.Squared)
        {
            return 1;
        }

        var p = Sigmoid(label * output);
        return p * (1 - p);
    }

    public static double Third(LossKind loss, double output, double label)
    {
        if (loss == LossKind.Squared)
        {
            return 0;
        }

        var p = Sigmoid(label * output);
        return label * p * (1 - p) * (1 - (2 * p));
    }

    // log(1 + exp(z)) without overflow.
    private static double Softplus(double z) => Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z)));

    private static double Sigmoid(double z)
    {
        var e = Math.Exp(-Math.Abs(z));
        return z >= 0 ? 1 / (1 + e) : e / (1 + e);
    }
}
