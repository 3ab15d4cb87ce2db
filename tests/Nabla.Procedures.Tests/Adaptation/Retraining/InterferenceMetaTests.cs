using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Problems.Tasks;
using Nabla.Procedures.Adaptation;

namespace Nabla.Procedures.Tests.Adaptation;

public sealed class InterferenceMetaTests
{
    private const double Rate = 0.2;
    private const int Inner = 4;

    [Fact]
    public void Direction_is_the_derivative_of_the_loss_on_the_stream_after_steps_of_the_head()
    {
        using var wide = new Wide();
        var start = wide.Numbers();
        double After(double[] numbers)
        {
            wide.Set(numbers);
            var stream = new Doubled(Stream());
            using var scope = new TensorScope();
            for (var step = 0; step < Inner; step++)
            {
                using var batch = stream.NextBatch();
                var head = wide.Parameters.Where(IsHead).ToArray();
                var gradients = Autograd.Grad([stream.Loss(wide, batch)], [.. head.Select(p => p.Value)]);
                using var mode = GradMode.Disable();
                for (var i = 0; i < head.Length; i++)
                {
                    head[i].Value.CopyFrom(head[i].Value - (gradients[i]! * Rate));
                }
            }

            using var query = stream.NextQuery();
            return stream.Loss(wide, query).Item();
        }

        var slopes = start.Select((_, i) =>
        {
            double[] above = [.. start], below = [.. start];
            (above[i], below[i]) = (start[i] + 1e-5, start[i] - 1e-5);
            return (After(above) - After(below)) / 2e-5;
        }).ToArray();
        wide.Set(start);
        using var run = new InterferenceMeta(new() { InnerSteps = Inner, InnerRate = Rate }, IsHead).Begin(
            wide, [new Doubled(Stream())], new SgdOptions { LearningRate = 1 });
        Assert.Equal(new QueryCounts(0, Inner + 1, Inner), run.Run(new() { Rounds = 1 }).Counts);
        var moved = wide.Numbers();
        for (var i = 0; i < start.Length; i++)
        {
            Assert.Equal(slopes[i], start[i] - moved[i], 1e-6 * Math.Max(1, Math.Abs(slopes[i])));
        }
    }

    [Fact]
    public void Without_a_head_there_is_nothing_to_do()
    {
        using var model = new Mlp([3, 5, 1], new Seed(1));
        RetrainingTests.Says(
            "No parameter of the model is plastic; the steps along a stream would do nothing. Name the head's.",
            () => new InterferenceMeta(new(), _ => false).Begin(model, [Stream()], new SgdOptions()));
        RetrainingTests.Says(
            "InnerSteps was 0; it must be 1 or above.", () => new InterferenceMeta(new() { InnerSteps = 0 }, _ => true).Begin(model, [Stream()], new SgdOptions()));
    }

    [Fact]
    public void Streams_show_wave_after_wave_and_queries_all_of_them()
    {
        var stream = Stream();
        static int[] Ids(Batch batch)
        {
            var numbers = batch.Inputs.ToArray<float>();
            return [.. Enumerable.Range(0, numbers.Length / 3).Select(row => numbers[(row * 3) + 1] == 1 ? 0 : 1).Distinct().Order()];
        }

        List<int> seen = [];
        for (var i = 0; i < 4; i++)
        {
            using var batch = stream.NextBatch();
            seen.Add(Assert.Single(Ids(batch)));
        }

        Assert.Equal(seen[0], seen[1]);
        Assert.Equal(seen[2], seen[3]);
        Assert.NotEqual(seen[0], seen[2]);
        using var query = stream.NextQuery();
        Assert.Equal([0, 1], Ids(query));
        Assert.Equal(4 * 6 * 2, query.Items);
        // A query ends a stream, wherever it was.
        using var next = stream.NextBatch();
        using var early = stream.NextQuery();
        var writer = new StateWriter();
        stream.Save(writer);
        Assert.Equal(8L, writer.Values.Single().Value);
        var other = Stream();
        other.Load(StateReader.Of(writer));
        using var one = stream.NextBatch();
        using var two = other.NextBatch();
        Assert.Equal(one.Inputs.ToArray<float>(), two.Inputs.ToArray<float>());
        Assert.Equal(one.Targets.ToArray<float>(), two.Targets.ToArray<float>());
        using var zero = new Mlp([3, 2, 1], new Seed(1));
        Assert.True(stream.Evaluate(zero) > 0);
    }

    private static bool IsHead(Parameter parameter) => parameter.Name.StartsWith("second", StringComparison.Ordinal);

    private static SineSequence Stream() => new(2, 2, 6, 2, new Seed(4));

    /// <summary>A stream in double precision.</summary>
    private sealed class Doubled(SineSequence stream) : IAdaptationTask
    {
        public string Name => stream.Name;

        public IReadOnlyList<Parameter> Parameters => [];

        public Batch NextBatch() => Wider(stream.NextBatch());

        public Batch NextQuery() => Wider(stream.NextQuery());

        public Tensor Loss(Module model, Batch batch) => stream.Loss(model, batch);

        public double Evaluate(Module model) => 0;

        public void Save(StateWriter writer) => stream.Save(writer);

        public void Load(StateReader reader) => stream.Load(reader);

        private static Batch Wider(Batch batch)
        {
            using (batch)
            {
                return new Batch(batch.Inputs.To(DType.Float64).Release(), batch.Targets.To(DType.Float64).Release(), batch.Items);
            }
        }
    }

    /// <summary>A small smooth network in double precision.</summary>
    private sealed class Wide : Module
    {
        private readonly Linear _first;
        private readonly Linear _second;

        public Wide()
        {
            _first = Register("first", new Linear(Tensor.From<double>(RetrainingTests.Draw(1, 12), 4, 3).Release()));
            _second = Register("second", new Linear(Tensor.From<double>(RetrainingTests.Draw(2, 4), 1, 4).Release()));
        }

        public override Tensor Forward(Tensor input)
        {
            using var scope = new TensorScope();
            return _second.Forward(_first.Forward(input).Tanh()).MoveToOuter();
        }

        public double[] Numbers() => RetrainingTests.Weights(this);

        public void Set(double[] numbers)
        {
            var at = 0;
            foreach (var parameter in Parameters)
            {
                var values = parameter.Value.AsSpan<double>();
                numbers.AsSpan(at, values.Length).CopyTo(values);
                at += values.Length;
            }
        }
    }
}
