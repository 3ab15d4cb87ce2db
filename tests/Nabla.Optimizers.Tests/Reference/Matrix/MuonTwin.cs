namespace Nabla.Optimizers.Tests.Reference.Matrix;

public sealed class MuonTwin : MatrixTwin
{
    private IReadOnlyDictionary<string, object> _options = null!;
    private double[,] _momentum = null!;

    public override string Method => "muon";

    protected override void Begin(IReadOnlyDictionary<string, object> options, int side) =>
        (_options, _momentum) = (options, new double[side, side]);

    protected override double[,] Step(double[,] w, double[,] g, int t)
    {
        var (mu, lr) = ((double)_options["momentum"], (double)_options["learningRate"]);
        _momentum = SmallMatrix.Add(mu, _momentum, 1 - mu, g);
        var u = (bool)_options["nesterov"] ? SmallMatrix.Add(1 - mu, g, mu, _momentum) : _momentum;
        var scale = (string)_options["scaling"] == "match-rms-adamw" ? 0.2 * Math.Sqrt(w.GetLength(0)) : 1;
        var polar = Polar(u, (string)_options["solver"], Convert.ToInt32(_options["solverSteps"], null));
        return SmallMatrix.Add(1 - (lr * (double)_options["weightDecay"]), w, -lr * scale, polar);
    }
}
