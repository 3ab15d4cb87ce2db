using Nabla.Engine;

namespace Nabla.Core;

/// <summary>
/// In which precision parameters and states are kept. Arithmetic is float32 in any case; float64 parameters keep float64
/// states and have nothing to choose.
/// </summary>
/// <remarks>
/// A step that is small beside its parameter vanishes when the sum is rounded to 16 bits: bfloat16 keeps 8 binary digits,
/// so a change below about 1/512 of the value is lost. A float32 master copy (Micikevicius et al., 2018, arXiv:1710.03740)
/// keeps such changes at 4 bytes a parameter; stochastic rounding (Gupta et al., 2015, arXiv:1502.02551) keeps them on
/// average at no memory. The same holds for a mean that forgets slowly, such as a second moment with β2 = 0.999: in
/// bfloat16 it stands still unless it is rounded stochastically.
/// </remarks>
public sealed record PrecisionOptions
{
    /// <summary>Whether parameters of 16 bits have a float32 copy that the steps are added to. Default: true.</summary>
    /// <remarks>
    /// The parameter is the copy rounded to nearest. Whoever writes to the parameter between steps is followed: where it is
    /// no longer the rounded copy, the copy takes its value.
    /// </remarks>
    public bool MasterCopy { get; init; } = true;

    /// <summary>
    /// Whether bfloat16 numbers are rounded up or down at random, so that their mean is right: parameters without a master
    /// copy, and states. Runs fused, on the CPU. Default: false, to nearest.
    /// </summary>
    public bool StochasticRounding { get; init; }

    /// <summary>
    /// Fixes the random bits, together with the parameter's name, its number of steps and the element: they are the same
    /// for any lane and number of threads, and in a run that goes on from a checkpoint. Default: 0.
    /// </summary>
    public long Seed { get; init; }

    /// <summary>
    /// The types of states by name (<c>nabla explain</c> lists them): float32, bfloat16 or float16. A state that is not
    /// named is float32. float16 has no numbers below 6e-8, so it does not hold squares of small gradients.
    /// </summary>
    public IReadOnlyDictionary<string, DType> States { get; init; } = new Dictionary<string, DType>();

    /// <summary>Throws when a choice has no effect on these tensors or cannot be carried out.</summary>
    internal void ThrowIfUnfit(IReadOnlyList<(Parameter Parameter, RuleMethod Method)> served, LaneKind lane)
    {
        foreach (var (state, type) in States)
        {
            if (type is not (DType.Float32 or DType.BFloat16 or DType.Float16))
            {
                throw new OptionException(
                    $"The state '{state}' was asked for in {type}; a state is kept in Float32, BFloat16 or Float16. "
                    + "Change PrecisionOptions.States.",
                    nameof(States),
                    type);
            }

            if (!served.Any(s => StateNames(s.Method).Contains(state)))
            {
                var names = served.SelectMany(s => StateNames(s.Method)).Distinct().Select(n => $"'{n}'").ToArray();
                throw new OptionException(
                    $"PrecisionOptions.States names '{state}', which no element-wise method of these groups keeps. "
                    + (names.Length == 0 ? "They keep none; leave States empty." : $"Name one of {string.Join(", ", names)}."),
                    nameof(States),
                    state);
            }
        }

        var wide = served.Where(s => s.Parameter.Value.DType == DType.Float64).Select(s => s.Parameter).ToArray();
        if (wide.Length > 0 && States.Values.Any(t => t != DType.Float32))
        {
            throw new OptionException(
                $"{Names(wide)} of Float64 {(wide.Length == 1 ? "keeps" : "keep")} Float64 states; PrecisionOptions.States would have no effect. "
                + "Convert to Float32, or put them into a group of their own.",
                nameof(States),
                States);
        }

        var low = served.Where(s => IsLow(s.Parameter.Value.DType)).Select(s => s.Parameter).ToArray();
        if (!MasterCopy && low.Length == 0)
        {
            throw new OptionException(
                "MasterCopy was false; it has no effect, because no parameter of these groups has 16 bits. Leave it at true.",
                nameof(MasterCopy),
                false);
        }

        if (StochasticRounding)
        {
            ThrowIfNotRandom(served, low, lane);
        }
        else if (Seed != 0)
        {
            throw new OptionException(
                $"Seed was {Seed}; it has no effect without stochastic rounding. Set StochasticRounding, or leave Seed at 0.",
                nameof(Seed),
                Seed);
        }
    }

    private static IReadOnlyList<string> StateNames(RuleMethod method) =>
        method is ElementwiseMethod elementwise ? elementwise.StateNames : [];

    private static bool IsLow(DType type) => type is DType.BFloat16 or DType.Float16;

    private static string Names(IEnumerable<Parameter> parameters) => string.Join(", ", parameters.Select(p => $"'{p.Name}'"));

    private void ThrowIfNotRandom(
        IReadOnlyList<(Parameter Parameter, RuleMethod Method)> served, Parameter[] low, LaneKind lane)
    {
        OptionException Wrong(string reason, string advice) =>
            new($"StochasticRounding was true; it {reason}. {advice}", nameof(StochasticRounding), true);

        if ((MasterCopy || low.Length == 0) && States.Values.All(t => t == DType.Float32))
        {
            throw MasterCopy && low.Length > 0
                ? Wrong("has no effect with a master copy and Float32 states", "Set MasterCopy to false, or keep a state in BFloat16.")
                : Wrong("has no effect, because nothing of these groups is kept in BFloat16", "Leave it at false.");
        }

        if (States.FirstOrDefault(s => s.Value == DType.Float16).Key is { } state)
        {
            throw Wrong($"rounds to BFloat16 only, and the state '{state}' is Float16", "Keep it in BFloat16.");
        }

        if (!MasterCopy && low.Where(p => p.Value.DType == DType.Float16).ToArray() is { Length: > 0 } half)
        {
            throw Wrong(
                $"rounds to BFloat16 only, and {Names(half)} {(half.Length == 1 ? "is" : "are")} Float16",
                "Give Float16 parameters a master copy in a group of their own.");
        }

        var elsewhere = served
            .Where(s => s.Parameter.Value.Device.Kind != DeviceKind.Cpu || s.Method is not ElementwiseMethod)
            .Select(s => s.Parameter).ToArray();
        if (lane == LaneKind.Tensor || elsewhere.Length > 0)
        {
            throw Wrong(
                "runs on the fused lanes of the CPU only",
                elsewhere.Length > 0 ? $"Put {Names(elsewhere)} into a group without it." : "Choose LaneKind.Auto.");
        }
    }
}
