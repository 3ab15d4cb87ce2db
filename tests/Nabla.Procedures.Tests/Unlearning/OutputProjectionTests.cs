using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Unlearning;

namespace Nabla.Procedures.Tests.Unlearning;

public sealed class OutputProjectionTests
{
    private const int Points = 7;

    [Theory]
    [InlineData(1)]
    [InlineData(0.3)]
    public void The_gram_form_equals_the_projection_by_an_orthonormal_basis(double strength)
    {
        using var scope = new TensorScope();
        var gradients = Drawn.Matrix(6, 40, 1);
        var theta = Drawn.Vector(40, 2);
        var tensor = Tensor.From<double>(theta, 40);
        var outcome = new OutputProjection().Shrink(tensor, Flat(gradients), strength);
        var span = new RowSpan(gradients);
        Drawn.Close(span.Shrink(theta, strength), tensor.ToArray<double>());
        Assert.Equal((6, 6), (outcome.Rows, outcome.Rank));
        Assert.Equal(Norm(theta), outcome.NormBefore, 1e-10);
        Assert.Equal(Norm(span.Project(theta)), outcome.NormWithin, 1e-10);
        Assert.Equal(outcome.NormBefore * outcome.NormBefore, (outcome.NormWithin * outcome.NormWithin) + (outcome.NormOutside * outcome.NormOutside), 1e-9);
    }

    [Fact]
    public void Nearly_dependent_gradients_do_not_protect_rounding()
    {
        // Nine gradients of rank six with noise of single precision: a plain QR decomposition would keep nine directions.
        using var scope = new TensorScope();
        var basis = Drawn.Of(Drawn.Matrix(6, 200, 3));
        var noisy = (Drawn.Of(Drawn.Matrix(9, 6, 4)) * basis) + (Drawn.Of(Drawn.Matrix(9, 200, 5)) * 1e-7);
        var theta = Drawn.Vector(200, 6);
        var tensor = Tensor.From<double>(theta, 200);
        var outcome = new OutputProjection().Shrink(tensor, Flat(noisy.ToArray()), 1);
        Assert.Equal(6, outcome.Rank);
        Drawn.Close(new RowSpan(basis.ToArray()).Project(theta), tensor.ToArray<double>(), 1e-5);
        Assert.Equal(9, new OutputProjection { Cut = 0 }.Shrink(Tensor.From<double>(theta, 200), Flat(noisy.ToArray()), 1).Rank);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(Points * 8 * 13, 0)]
    [InlineData(1, 0)]
    public void A_model_is_projected_alike_whole_or_in_segments(int? memory, int segments)
    {
        using var model = new Smooth(DType.Float64);
        var theta = Values(model);
        var gradients = model.OutputGradients();
        var projection = memory is { } limit ? new OutputProjection { MemoryLimit = limit } : new OutputProjection();
        var outcome = projection.Shrink(model.Parameters, Points, model.Output, 0.4);
        Assert.Equal(segments == 0 ? (int)Math.Ceiling(theta.Length / Math.Max(1.0, memory!.Value / (Points * 8.0))) : segments, outcome.Segments);
        Drawn.Close(new RowSpan(gradients).Shrink(theta, 0.4), Values(model), 1e-11);
        Assert.Equal(Points, outcome.Rank);
    }

    [Fact]
    public void Projecting_twice_on_the_same_gradients_changes_nothing_the_second_time()
    {
        using var scope = new TensorScope();
        var gradients = Flat(Drawn.Matrix(5, 30, 7));
        var theta = Tensor.From<double>(Drawn.Vector(30, 8), 30);
        new OutputProjection().Shrink(theta, gradients, 1);
        var once = theta.ToArray<double>();
        Assert.Equal(0, new OutputProjection().Shrink(theta, gradients, 1).NormOutside, 1e-12);
        Drawn.Close(once, theta.ToArray<double>(), 1e-13);
    }

    [Fact]
    public void Parameters_left_out_keep_their_bits()
    {
        using var model = new Smooth(DType.Float32);
        var before = model.Parameters.Select(p => p.Value.ToDoubles()).ToArray();
        new OutputProjection().Shrink([.. model.Parameters.Where(p => p.Role != ParameterRoles.Vector)], Points, model.Output, 1);
        for (var i = 0; i < before.Length; i++)
        {
            Assert.Equal(model.Parameters[i].Role == ParameterRoles.Vector, before[i].SequenceEqual(model.Parameters[i].Value.ToDoubles()));
        }

        Assert.All(model.Parameters, p => Assert.Null(p.Gradient));
    }

    [Fact]
    public void Two_outputs_an_example_give_two_gradients_each()
    {
        using var model = new Smooth(DType.Float64);
        var theta = Values(model);
        var both = model.OutputGradients(i => [model.Output(i), model.Output(i + Points)]);
        var outcome = new OutputProjection { MemoryLimit = 500 }.Shrink(
            model.Parameters,
            Points,
            i =>
            {
                using var inner = new TensorScope();
                return Ops.Stack([model.Output(i), model.Output(i + Points)], 0).MoveToOuter();
            },
            1);
        Assert.Equal(2 * Points, outcome.Rows);
        Drawn.Close(new RowSpan(both).Project(theta), Values(model), 1e-8);
    }

    [Fact]
    public void Euler_of_homogeneous_networks_holds()
    {
        // Without biases and with ReLU the output is homogeneous of degree L in the weights: ∇fᵀθ = L f.
        using var model = new Homogeneous();
        var theta = Values(model);
        var gradients = model.OutputGradients();
        var products = Drawn.Times(gradients, theta);
        for (var i = 0; i < Points; i++)
        {
            using var output = model.Output(i);
            Assert.Equal(3 * output.Item(), products[i], 1e-10);
        }
    }

    [Fact]
    public void A_gradient_that_is_not_finite_leaves_the_parameters_alone()
    {
        using var model = new Smooth(DType.Float32);
        var before = Values(model);
        Assert.Contains(
            "not finite",
            Assert.Throws<NonFiniteException>(() => new OutputProjection().Shrink(
                model.Parameters,
                Points,
                i =>
                {
                    using var inner = new TensorScope();
                    return (model.Output(i) * (i == 2 ? double.NaN : 1)).MoveToOuter();
                },
                1)).Message,
            StringComparison.Ordinal);
        Assert.Equal(before, Values(model));
    }

    [Fact]
    public void Wrong_calls_are_refused()
    {
        using var scope = new TensorScope();
        using var model = new Smooth(DType.Float32);
        var projection = new OutputProjection();
        Assert.Contains("exclude fewer", Assert.Throws<ArgumentException>(() => projection.Shrink([], 1, model.Output, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => projection.Shrink(model.Parameters, 0, model.Output, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => projection.Shrink(model.Parameters, 1, model.Output, -0.1));
        Assert.Contains("[3]", Assert.Throws<ArgumentException>(() => projection.Shrink(Tensor.Zeros([3]), Tensor.Zeros([2, 4]), 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new OutputProjection { Cut = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OutputProjection { MemoryLimit = 0 });
    }

    private static double Norm(double[] v) => Math.Sqrt(v.Sum(x => x * x));

    private static Tensor Flat(double[,] values) =>
        Tensor.From<double>(values.Cast<double>().ToArray(), values.GetLength(0), values.GetLength(1));

    private static double[] Values(Module model) => [.. model.Parameters.SelectMany(p => p.Value.ToDoubles())];

    private abstract class Scored : Module
    {
        private readonly double[,] _inputs = Drawn.Matrix(3 * Points, 3, 11);

        internal abstract DType Type { get; }

        internal Tensor Output(int index)
        {
            using var scope = new TensorScope();
            using var x = Tensor.From<double>([_inputs[index, 0], _inputs[index, 1], _inputs[index, 2]], 1, 3);
            return Forward(x.To(Type)).Sum().MoveToOuter();
        }

        /// <summary>Each output's gradient by an ordinary backward pass.</summary>
        internal double[,] OutputGradients(Func<int, Tensor[]>? outputs = null)
        {
            var rows = new List<double[]>();
            for (var i = 0; i < Points; i++)
            {
                using var scope = new TensorScope();
                foreach (var output in outputs is null ? [Output(i)] : outputs(i))
                {
                    output.Backward();
                    rows.Add([.. Parameters.SelectMany(p => p.Gradient!.ToDoubles())]);
                    foreach (var parameter in Parameters)
                    {
                        parameter.Value.Gradient = null;
                    }
                }
            }

            var result = new double[rows.Count, rows[0].Length];
            for (var i = 0; i < rows.Count; i++)
            {
                for (var j = 0; j < rows[i].Length; j++)
                {
                    result[i, j] = rows[i][j];
                }
            }

            return result;
        }

        protected static Tensor Weights(int rows, int columns, int seed, DType type)
        {
            using var wide = Flat(Drawn.Matrix(rows, columns, seed));
            return wide.To(type, copy: true).Release();
        }
    }

    private sealed class Smooth : Scored
    {
        private readonly Linear _first;
        private readonly Linear _second;

        internal Smooth(DType type)
        {
            Type = type;
            _first = Register("first", new Linear(Weights(6, 3, 21, type), Weights(1, 6, 22, type).View(-1).Release()));
            _second = Register("second", new Linear(Weights(1, 6, 23, type), Weights(1, 1, 24, type).View(-1).Release()));
        }

        internal override DType Type { get; }

        public override Tensor Forward(Tensor input) => _second.Forward(_first.Forward(input).Silu());
    }

    private sealed class Homogeneous : Scored
    {
        private readonly Linear _first;
        private readonly Linear _second;
        private readonly Linear _third;

        internal Homogeneous()
        {
            _first = Register("first", new Linear(Weights(6, 3, 31, DType.Float64)));
            _second = Register("second", new Linear(Weights(5, 6, 32, DType.Float64)));
            _third = Register("third", new Linear(Weights(1, 5, 33, DType.Float64)));
        }

        internal override DType Type => DType.Float64;

        public override Tensor Forward(Tensor input) => _third.Forward(_second.Forward(_first.Forward(input).Relu()).Relu());
    }
}
