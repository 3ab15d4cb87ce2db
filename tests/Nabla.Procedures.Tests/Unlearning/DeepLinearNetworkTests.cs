using MathNet.Numerics.LinearAlgebra.Double;
using Nabla.Procedures.Unlearning;

namespace Nabla.Procedures.Tests.Unlearning;

public sealed class DeepLinearNetworkTests
{
    private static DeepLinearNetwork Network() =>
        new([Drawn.Matrix(7, 11, 1), Drawn.Matrix(6, 7, 2), Drawn.Matrix(4, 6, 3)], Drawn.Vector(4, 4));

    [Fact]
    public void The_first_layer_alone_brings_the_predictor_of_least_norm()
    {
        var network = Network();
        var retained = Drawn.Matrix(5, 11, 5);
        var left = network.ForgetInFirstLayer(retained);
        Drawn.Close(Drawn.LeastNorm(retained, network.Predictor), left.Predictor);
        for (var l = 1; l < 3; l++)
        {
            Assert.Equal(network.Layers[l], left.Layers[l]);
        }

        Assert.Equal(network.Head, left.Head);
        // The output's gradient in the first layer at a point x is u xᵀ.
        var change = Drawn.Of(left.Layers[0]) - Drawn.Of(network.Layers[0]);
        Assert.True(change.L2Norm() > 0.1);
        for (var i = 0; i < 5; i++)
        {
            var gradient = DenseVector.OfArray(network.FirstLayerReading).OuterProduct(Drawn.Of(retained).Row(i));
            Assert.Equal(0, change.PointwiseMultiply(gradient).ColumnSums().Sum(), 1e-9);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void The_network_of_least_norm_has_the_predictor_and_the_promised_norm(int layers)
    {
        var w = Drawn.Vector(9, 6);
        var network = DeepLinearNetwork.OfLeastNorm(w, [.. Enumerable.Range(0, layers).Select(l => Drawn.Vector(3 + l, 7 + l))]);
        Drawn.Close(w, network.Predictor);
        var rho = Math.Sqrt(w.Sum(x => x * x));
        Assert.Equal(layers + 1, network.Depth);
        Assert.Equal((layers + 1) * Math.Pow(rho, 2.0 / (layers + 1)), network.SquaredNorm, 1e-10);
    }

    [Fact]
    public void No_network_of_the_same_predictor_has_a_smaller_norm()
    {
        // Any network is at least as heavy as the promised one for its own predictor (arithmetic and geometric mean).
        var network = Network();
        var rho = Math.Sqrt(network.Predictor.Sum(x => x * x));
        Assert.True(network.SquaredNorm > network.Depth * Math.Pow(rho, 2.0 / network.Depth));
    }

    [Fact]
    public void Without_a_bound_on_the_drift_the_relaxed_problem_gives_the_zero_predictor()
    {
        // c = e1 + e2, A = I, retain (e1, 1): the drift below is orthogonal to the output gradient there, and yet the new
        // predictor is zero. The first-layer form keeps the point.
        const int m = 3;
        double[,] identity = DenseMatrix.CreateIdentity(m).ToArray(), retained = { { 1, 0, 0 } };
        var network = new DeepLinearNetwork([identity], [1, 1, 0]);
        double[] headDrift = [0, 0, -1];
        var layerDrift = new double[m, m];
        (layerDrift[2, 0], layerDrift[1, 1], layerDrift[2, 2]) = (1, -1, -1);
        // The gradient at e1: A e1 = e1 in the head, c e1ᵀ in the layer.
        Assert.Equal(0, headDrift[0] + layerDrift[0, 0] + layerDrift[1, 0]);
        var drifted = new DeepLinearNetwork(
            [(Drawn.Of(identity) + Drawn.Of(layerDrift)).ToArray()], [1 + headDrift[0], 1 + headDrift[1], headDrift[2]]);
        Drawn.Close([0, 0, 0], drifted.Predictor);
        Drawn.Close([1, 0, 0], network.ForgetInFirstLayer(retained).Predictor);
    }

    [Fact]
    public void Networks_that_do_not_fit_together_are_refused()
    {
        Assert.Contains("one matrix", Assert.Throws<ArgumentException>(() => new DeepLinearNetwork([], [1])).Message, StringComparison.Ordinal);
        Assert.Contains("must agree", Assert.Throws<ArgumentException>(() => new DeepLinearNetwork([new double[2, 3]], [1, 2, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("constant", Assert.Throws<InvalidOperationException>(() => new DeepLinearNetwork([new double[2, 3]], [0, 0]).ForgetInFirstLayer(new double[1, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("direction", Assert.Throws<ArgumentException>(() => DeepLinearNetwork.OfLeastNorm([0, 0], [[1.0]])).Message, StringComparison.Ordinal);
        Assert.Contains("one direction", Assert.Throws<ArgumentException>(() => DeepLinearNetwork.OfLeastNorm([1.0], [])).Message, StringComparison.Ordinal);
    }
}
