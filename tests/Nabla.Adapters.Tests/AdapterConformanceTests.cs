using Nabla.Core;
using Nabla.Engine;
using Nabla.Testing;

namespace Nabla.Adapters.Tests;

/// <summary>
/// What every adapter must satisfy around every optimizer; a new adapter is covered without being named. Pairs are sampled
/// unless NABLA_ALL_PAIRS is set.
/// </summary>
public sealed class AdapterConformanceTests
{
    // A rule without state, with states, wrapped, on whole tensors; the rest of the catalogue is sampled by the name's place.
    private static readonly string[] s_always = ["sgd", "adamw", "cautious(adamw)", "muon"];

    public static TheoryData<string> Adapters => [.. Catalogue.Adapters.Select(a => a.Name)];

    // What only measures has no parameters to compare; its figures have tests of their own.
    public static TheoryData<string> Changing => [.. Catalogue.Adapters.Where(a => a.Family != Family.Measurements).Select(a => a.Name)];

    public static TheoryData<string> Options => [.. Catalogue.Adapters.Where(a => a.Family != Family.Measurements).SelectMany(a => a.Options.Select(o => $"{a.Name}:{o.Name}"))];

    public static TheoryData<string> Pairs
    {
        get
        {
            var all = Environment.GetEnvironmentVariable("NABLA_ALL_PAIRS") is { Length: > 0 };
            TheoryData<string> pairs = [];
            var adapters = Catalogue.Adapters.ToArray();
            string[] rules = [.. Catalogue.Methods.Where(m => m.IsOptimizer && m.LearningRate is not null).Select(m => m.Name)];
            for (var a = 0; a < adapters.Length; a++)
            {
                var sampled = rules.Where((_, r) => all || (r + a) % rules.Length < 2);
                foreach (var inner in s_always.Concat(sampled).Distinct(StringComparer.Ordinal))
                {
                    if (adapters[a].RefusalOf(Catalogue.Find(inner)) is null)
                    {
                        pairs.Add($"{adapters[a].Name}({inner})");
                    }
                }

                // One adapter around another: state and factors must not mix.
                pairs.Add($"{adapters[a].Name}({adapters[(a + 1) % adapters.Length].Name}(adamw))");
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Changing))]
    public void Golden_EachVector_Agrees(string name)
    {
        var vectors = GoldenVector.Of(name);
        foreach (var option in Catalogue.Find(name).Options)
        {
            Assert.True(
                vectors.Any(v => v.Settings.ContainsKey(option.Name)), $"{name} has no golden vector for its option {option.Name}.");
        }

        foreach (var vector in vectors)
        {
            foreach (var (lane, one) in new[]
            {
                (LaneKind.Double, Tolerance.Double), (LaneKind.Float, vector.FloatTolerance), (LaneKind.Tensor, vector.FloatTolerance),
            })
            {
                var result = TraceRunner.Run(vector.Request with { Lane = lane });
                for (var step = 0; step < vector.Expected.Count; step++)
                {
                    foreach (var (parameter, expected) in vector.Expected[step])
                    {
                        var actual = result.Parameters[step][parameter];
                        for (var i = 0; i < expected.Length; i++)
                        {
                            var bound = Tolerance.After(step + 1, one) * Math.Max(Math.Abs(expected[i]), 0.1);
                            Assert.True(
                                Math.Abs(actual[i] - expected[i]) <= bound,
                                $"{vector.Case} {lane} step {step + 1} {parameter}[{i}]: {actual[i]:R} instead of {expected[i]:R}.");
                        }
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Adapters))]
    public void Refusal_EveryRule_IsASentenceThatCreatingThrows(string name)
    {
        var adapter = Catalogue.Find(name);
        var isTaken = false;
        foreach (var rule in Catalogue.Methods.Where(m => m.IsOptimizer && m.LearningRate is not null))
        {
            var refusal = adapter.RefusalOf(rule);
            isTaken |= refusal is null;
            if (refusal is null)
            {
                continue;
            }

            using var bowl = new NoisyBowl();
            var error = Assert.Throws<OptionException>(() => NoisyBowl.Make(bowl, Create($"{name}({rule.Name})")));
            Assert.Equal(refusal, error.Message);
            Assert.EndsWith(".", refusal, StringComparison.Ordinal);
        }

        Assert.True(isTaken, $"{name} goes around no method.");
    }

    [Theory]
    [MemberData(nameof(Adapters))]
    public void Idle_AroundRules_HasTheBitsOfTheRuleAlone(string name)
    {
        if (Catalogue.Find(name).Adapter!.Idle is not { } idle)
        {
            return;
        }

        idle.ThrowIfInvalid();
        foreach (var inner in s_always)
        {
            var options = Create(inner);
            var alone = Trained(options);
            var adapted = Trained(new WrappedOptions(idle, options));
            Assert.True(alone.SequenceEqual(adapted), $"{name} with idle options changes {inner}.");
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Resume_InTheMiddle_HasTheBitsOfTheUnbrokenRun(string name)
    {
        using var unbroken = new NoisyBowl();
        using var first = NoisyBowl.Make(unbroken, Create(name));
        unbroken.Run(first, 0, 20);

        using var early = new NoisyBowl();
        using var before = NoisyBowl.Make(early, Create(name));
        early.Run(before, 0, 7);
        var writer = new StateWriter();
        before.Save(writer);
        using var late = new NoisyBowl();
        for (var i = 0; i < late.Parameters.Count; i++)
        {
            using var noGrad = GradMode.Disable();
            late.Parameters[i].Value.CopyFrom(early.Parameters[i].Value.Detach());
        }

        using var after = NoisyBowl.Make(late, Create(name));
        after.Load(StateReader.Of(writer));
        Assert.Equal(before.StepCount, after.StepCount);
        late.Run(after, 7, 20);
        Assert.Equal(unbroken.Values(), late.Values());
        Assert.All(unbroken.Values(), v => Assert.True(double.IsFinite(v)));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Threads_OneTwoThree_GiveTheSameBits(string name)
    {
        var one = Trained(Create(name));
        foreach (var threads in (int[])[2, 3])
        {
            Assert.True(one.SequenceEqual(Trained(Create(name), threads)), $"{name} on {threads} threads differs from one.");
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Load_WithoutTheAdaptersState_ChangesNothing(string name)
    {
        using var bowl = new NoisyBowl();
        using var optimizer = NoisyBowl.Make(bowl, Create(name));
        bowl.Run(optimizer, 0, 3);
        var before = new StateWriter();
        optimizer.Save(before);
        using var scope = new TensorScope();
        var tensors = before.Tensors.Select(t => (t.Name, Value: t.Value.Clone())).ToArray();
        Assert.Throws<CheckpointException>(() => optimizer.Load(new StateReader([], [])));
        var after = new StateWriter();
        optimizer.Save(after);
        Assert.Equal(before.Values, after.Values);
        Assert.All(tensors.Zip(after.Tensors), p => Assert.Equal(p.First.Value.ToDoubles(), p.Second.Value.ToDoubles()));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void MissingGradients_LeaveTheParameterAlone(string name)
    {
        using var bowl = new NoisyBowl();
        using var optimizer = NoisyBowl.Make(bowl, Create(name));
        using var scope = new TensorScope();
        var before = bowl.Parameters[2].Value.Detach().ToDoubles();
        bowl.Run(optimizer, 0, 6, has: (_, p) => p.Name != "layer.bias");
        Assert.Equal(before, bowl.Parameters[2].Value.Detach().ToDoubles());
        bowl.Run(optimizer, 6, 12);
        Assert.All(bowl.Values(), v => Assert.True(double.IsFinite(v)));
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Option_Changed_ChangesTheResult(string pair)
    {
        var parts = pair.Split(':');
        var vectors = GoldenVector.Of(parts[0]).Where(v => v.Settings.ContainsKey(parts[1])).ToArray();
        Assert.Contains(vectors, vector =>
        {
            var without = vector.Settings.Where(s => s.Key != parts[1]).ToDictionary(StringComparer.Ordinal);
            try
            {
                var a = TraceRunner.Run(vector.Request);
                var b = TraceRunner.Run(vector.Request with { Settings = without });
                return a.Parameters.Zip(b.Parameters).Any(s => s.First.Any(p => !p.Value.SequenceEqual(s.Second[p.Key])))
                    || DiffersOnTheBowl(vector, without);
            }
            catch (OptionException)
            {
                // The option makes others allowed: it has an effect.
                return true;
            }
        });
    }

    [Theory]
    [MemberData(nameof(Adapters))]
    public void Descriptor_EveryAdapter_IsComplete(string name)
    {
        var method = Catalogue.Find(name);
        Assert.Equal(MethodKind.Adapter, method.MethodKind);
        Assert.NotEmpty(method.Equations());
        Assert.NotEmpty(method.Paper);
        Assert.NotEmpty(method.Title);
        Assert.Contains($"{name}(adamw)", method.Explain(), StringComparison.Ordinal);
        Assert.Throws<OptionException>(() => _ = Optimizer.Create(
            ParameterGroups.Of([]).AssignRest((MethodOptions)Activator.CreateInstance(method.OptionsType)!)));
    }

    // The gradients of a trace are the same at every point, so an option about other points shows elsewhere only.
    private static bool DiffersOnTheBowl(GoldenVector vector, IReadOnlyDictionary<string, string> without)
    {
        var method = Catalogue.Find(vector.Request.Optimizer);
        return !Trained(method.CreateOptions(vector.Settings)).SequenceEqual(Trained(method.CreateOptions(without)));
    }

    private static MethodOptions Create(string name) =>
        Catalogue.Find(name).CreateOptions(new Dictionary<string, string>());

    private static double[] Trained(MethodOptions options, int threads = 1)
    {
        using var bowl = new NoisyBowl();
        using var optimizer = NoisyBowl.Make(bowl, options, threads);
        bowl.Run(optimizer, 0, 20);
        return bowl.Values();
    }
}
