using System.Text.Json;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Online;
using Nabla.Problems.Objectives;
using Nabla.Procedures.FirstOrder;
using Nabla.Testing;

namespace Nabla.Procedures.Tests;

/// <summary>A golden file of a procedure: its problem, its options and the points expected after each iteration.</summary>
public sealed class GoldenRun
{
    private readonly JsonElement _root;
    private readonly List<double[]> _seen = [];

    private GoldenRun(JsonElement root) => _root = root;

    public IReadOnlyList<double[]> Seen => _seen;

    public IReadOnlyList<double[]> Expected => [.. _root.GetProperty("expected").EnumerateArray().Select(Numbers)];

    public IReadOnlyList<int> Batches => [.. _root.GetProperty("batches").EnumerateArray().Select(b => b.GetInt32())];

    private double[] Start => Numbers(_root.GetProperty("start"));

    private Seed Seed => Seed.From(_root.GetProperty("seed").GetInt64());

    private StoppingRule Stop => new() { Iterations = Expected.Count };

    public static GoldenRun Read(string method, string name) => new(
        JsonDocument.Parse(File.ReadAllText(Path.Combine(GoldenVector.Folder, method, name + ".json"))).RootElement);

    public void Run()
    {
        switch (_root.GetProperty("method").GetString())
        {
            case "adadagrad":
                var result = new AdaDaGrad(Options<AdaDaGradOptions>()).Minimize(Logistic(), Start, Stop, Seed, Watch);
                Assert.Equal(Batches, result.Batches);
                break;
            case "ai-sarah":
                new AiSarah(Options<AiSarahOptions>()).Minimize(Logistic(), Start, Stop, Seed, Watch);
                break;
            case "sso-target":
                var targets = new LinearTargets(Problem("rows"), Problem("labels"), LossKind.Logistic);
                new SsoTarget(Options<SsoTargetOptions>()).Minimize(targets, Start, Stop, Seed, Watch);
                break;
            case "cgo":
                var game = new QuadraticGame(Problem("matrix"), (int)Number("rows"), Number("weightX"), Number("weightY"));
                new Cgo(Options<CgoOptions>()).Solve(game, Start.AsSpan(0, 2), Start.AsSpan(2), Stop, Watch);
                break;
            case "drift-game":
                var players = new QuadraticGame(Problem("matrix"), (int)Number("rows"), Number("weightX"), Number("weightY"));
                new DriftGame(Options<DriftGameOptions>()).Solve(players, Start.AsSpan(0, 2), Start.AsSpan(2), Stop, Watch);
                break;
            case "greedy-bcd":
                var squares = new LeastSquares(Problem("rows"), Problem("right"), Number("weight"), Problem("lower"), Problem("upper"));
                new GreedyBcd(Options<GreedyBcdOptions>()).Minimize(squares, Start, Stop, Watch);
                break;
            case "a-coder":
                var sparse = new SparseLinearModel(
                    Problem("rows"), Problem("labels"), Enum.Parse<LossKind>(_root.GetProperty("problem").GetProperty("loss").GetString()!, true),
                    Number("weight"), Number("ridge"), Problem("lower"), Problem("upper"));
                new ACoder(Options<ACoderOptions>()).Minimize(sparse, Start, Stop, Seed, Watch);
                break;
            case "optex":
                new Optex(Options<OptexOptions>()).Minimize(new NoisyObjective(Logistic(), 0), Start, Stop, Seed, Watch);
                break;
            case "polynomial-preconditioning":
                new PolynomialPreconditioning(Options<PolynomialPreconditioningOptions>()).Minimize(Logistic(), Start, Stop, Watch);
                break;
            case "stochastic-dual-descent":
                var system = new KernelRegression(Problem("points"), Problem("observations"), Number("lengthScale"), Number("noise"));
                new StochasticDualDescent(Options<StochasticDualDescentOptions>()).Solve(system, Stop, Seed, Watch);
                break;
            case "nonconvex-ag":
                var smooth = new LeastSquares(Problem("rows"), Problem("right"));
                new NonconvexAg(Options<NonconvexAgOptions>()).Minimize(smooth, Number("smoothness"), Start, Stop, Watch);
                break;
            case "normalized-lr-gd":
                new NormalizedLrGd(Options<NormalizedLrGdOptions>()).Separate(Problem("rows"), Problem("labels"), Start, Stop, Watch);
                break;
            case "o2nc":
                var linear = new LinearModelLoss(Problem("rows"), Problem("labels"), LossKind.Squared);
                new O2nc(Options<O2ncOptions>()).Minimize(new NoisyObjective(linear, 0), Start, Learner(), Stop, Seed, Watch);
                break;
            case "o2nc-discounted":
                var sensing = new RippledSensing((int)Number("rows"), (int)Number("columns"), Problem("measurements"));
                using (var moves = new O2ncDiscounted(Options<O2ncDiscountedOptions>()).Begin(sensing, Start, Seed))
                {
                    for (var t = 0; t < Expected.Count; t++)
                    {
                        moves.Move();
                        _seen.Add([.. moves.Point, .. moves.Average()]);
                    }
                }

                break;
            default:
                Assert.Fail($"No test runs {_root.GetProperty("method")}.");
                break;
        }
    }

    private static double[] Numbers(JsonElement values) => [.. values.EnumerateArray().Select(v => v.GetDouble())];

    private LinearModelLoss Logistic() => new(
        Problem("rows"), Problem("labels"), LossKind.Logistic, _root.GetProperty("problem").TryGetProperty("ridge", out var r) ? r.GetDouble() : 0);

    private IOnlineLearner Learner()
    {
        var given = _root.GetProperty("problem").GetProperty("learner");
        double Of(string name, double otherwise) => given.TryGetProperty(name, out var value) ? value.GetDouble() : otherwise;
        return given.GetProperty("kind").GetString() == "descent"
            ? new OnlineGradientDescent(
                Start.Length, new() { LearningRate = Of("learningRate", 0), Radius = Of("radius", 0), Memory = Of("memory", 1) })
            : new FollowTheRegularizedLeader(Start.Length, new() { Scale = Of("scale", 0), Radius = Of("radius", 0) });
    }

    private TOptions Options<TOptions>()
        where TOptions : MethodOptions
    {
        var settings = _root.GetProperty("settings").EnumerateObject().ToDictionary(
            p => p.Name, p => p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : p.Value.GetRawText());
        return (TOptions)Catalogue.Find(_root.GetProperty("method").GetString()!).CreateOptions(settings);
    }

    private double[] Problem(string name) =>
        _root.GetProperty("problem").TryGetProperty(name, out var values) ? Numbers(values) : [];

    private double Number(string name) => _root.GetProperty("problem").GetProperty(name).GetDouble();

    private void Watch(in ProcedureStep step)
    {
        if (step.Iteration > 0)
        {
            _seen.Add(step.Point.ToArray());
        }
    }
}
