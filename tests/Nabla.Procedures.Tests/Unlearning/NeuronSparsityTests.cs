using Nabla.Procedures.Unlearning;

namespace Nabla.Procedures.Tests.Unlearning;

public sealed class NeuronSparsityTests
{
    private const int Neurons = 30;
    private const int Inputs = 6;

    [Theory]
    [InlineData(false, 9)]
    [InlineData(true, 9)]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    public void At_most_as_many_neurons_stay_as_the_retain_features_have_dimensions(bool pivoting, int points)
    {
        double[,] incoming = Drawn.Matrix(Neurons, Inputs, 1), retained = Drawn.Matrix(points, Inputs, 2);
        var head = Drawn.Vector(Neurons, 3);
        var features = Features(incoming, retained);
        var left = pivoting ? NeuronSparsity.ByPivoting(features, head) : NeuronSparsity.ByElimination(features, head);
        Assert.True(left.Count(c => c != 0) <= points, $"{left.Count(c => c != 0)} neurons");
        Drawn.Close(Drawn.Times(features, head), Drawn.Times(features, left), 1e-9);
        Assert.True(NeuronSparsity.ActiveNeurons(incoming, left) <= points);

        // What is idle can go: the outputs stay the same everywhere.
        var slim = NeuronSparsity.WithoutIdle(incoming, left);
        Assert.Equal(NeuronSparsity.ActiveNeurons(incoming, left), Enumerable.Range(0, Neurons).Count(i => Enumerable.Range(0, Inputs).Any(j => slim[i, j] != 0)));
        var anywhere = Drawn.Matrix(20, Inputs, 4);
        Drawn.Close(Drawn.Times(Features(incoming, anywhere), left), Drawn.Times(Features(slim, anywhere), left), 1e-12);
    }

    [Fact]
    public void Dependent_points_cost_no_neurons()
    {
        var features = Drawn.Of(Drawn.Matrix(4, 12, 5));
        var repeated = features.Stack(features * 3).ToArray();
        var head = Drawn.Vector(12, 6);
        foreach (var left in new[] { NeuronSparsity.ByElimination(repeated, head), NeuronSparsity.ByPivoting(repeated, head) })
        {
            Assert.Equal(4, left.Count(c => c != 0));
            Drawn.Close(Drawn.Times(repeated, head), Drawn.Times(repeated, left));
        }
    }

    [Fact]
    public void Pivoting_gives_the_smaller_head()
    {
        double elimination = 0, pivoting = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            var features = Features(Drawn.Matrix(Neurons, Inputs, 100 + seed), Drawn.Matrix(10, Inputs, 200 + seed));
            var head = Drawn.Vector(Neurons, 300 + seed);
            elimination += Math.Log(NeuronSparsity.ByElimination(features, head).Sum(c => c * c));
            pivoting += Math.Log(NeuronSparsity.ByPivoting(features, head).Sum(c => c * c));
        }

        Assert.True(pivoting < elimination);
    }

    [Fact]
    public void A_neuron_is_idle_without_head_weight_or_incoming_weights()
    {
        double[,] incoming = { { 1, 0 }, { 0, 0 }, { 2, 1 } };
        Assert.Equal(1, NeuronSparsity.ActiveNeurons(incoming, [3, 4, 0]));
        Assert.Equal(new double[,] { { 1, 0 }, { 0, 0 }, { 0, 0 } }, NeuronSparsity.WithoutIdle(incoming, [3, 4, 0]));
        Assert.Equal(2, incoming[2, 0]);
        Assert.Equal(new double[3], NeuronSparsity.ByPivoting(new double[2, 3], [1, 2, 3]));
        Assert.Equal(new double[3], NeuronSparsity.ByElimination(new double[2, 3], [1, 2, 3]));
        Assert.Contains("must agree", Assert.Throws<ArgumentException>(() => NeuronSparsity.ByPivoting(new double[2, 3], [1, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("must agree", Assert.Throws<ArgumentException>(() => NeuronSparsity.ByElimination(new double[2, 3], [1, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("must agree", Assert.Throws<ArgumentException>(() => NeuronSparsity.ActiveNeurons(incoming, [1, 2])).Message, StringComparison.Ordinal);
    }

    private static double[,] Features(double[,] incoming, double[,] inputs) =>
        (Drawn.Of(inputs) * Drawn.Of(incoming).Transpose()).Map(z => Math.Max(z, 0)).ToArray();
}
