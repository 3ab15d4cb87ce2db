using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Nabla.Core;

/// <summary>A wrapper over an element-wise rule: one kernel, the states and scalars of both.</summary>
internal sealed partial class WrappedMethod : ElementwiseMethod
{
    /// <summary>From this number on a kernel's reductions are those of the inner rule.</summary>
    public const int InnerReductions = 16;

    private const string Prefix = "inner.";

    private static readonly ConcurrentDictionary<(WrapperMethod Wrapper, ElementwiseMethod Inner), WrappedMethod> s_all = new();

    private readonly WrapperMethod _wrapper;
    private readonly ElementwiseMethod _inner;
    private readonly int _wrapperPasses;
    private readonly int _innerPasses;

    private WrappedMethod(WrapperMethod wrapper, ElementwiseMethod inner, Type wrapperOptions)
    {
        _wrapper = wrapper;
        _inner = inner;
        var states = wrapper.StateNames.Count + inner.StateNames.Count;
        if (states > State<DoubleLane>.Capacity || inner.ScalarSets.Count >= ScalarSets<DoubleLane>.Capacity)
        {
            throw new OptionException(
                $"{wrapper.WrapperType.Name} over {inner.RuleType.Name} has {states} states an element in "
                + $"{1 + inner.ScalarSets.Count} methods; at most {State<DoubleLane>.Capacity} states and "
                + $"{ScalarSets<DoubleLane>.Capacity} methods fit into one pass. Take a method with fewer.");
        }

        Kernel = (ElementwiseKernel)typeof(ElementwiseKernel<>)
            .MakeGenericType(typeof(WrapperKernel<,>).MakeGenericType(wrapper.WrapperType, inner.Kernel.KernelType))
            .GetProperty("Instance", BindingFlags.Static | BindingFlags.Public)!.GetValue(null)!;
        _wrapperPasses = wrapper.Reductions.Count == 0 ? 0 : 1 + wrapper.Reductions.Max(r => r.Pass);
        _innerPasses = inner.PassCount;
        var (ownFirst, innerFirst) = wrapper.SumsAfterInner ? (_innerPasses, 0) : (0, _wrapperPasses);

        // Formulas speak of options and scalars of both, so the inner one's words are told apart.
        var words = inner.OptionNames.ToDictionary(n => n, n => Prefix + n, StringComparer.Ordinal);
        string[] taken = [.. wrapper.ScalarDefinitions.Select(s => s.Name), .. wrapper.Reductions.Select(r => r.Name)];
        foreach (var name in inner.ScalarDefinitions.Select(s => s.Name).Concat(inner.Reductions.Select(r => r.Name)))
        {
            if (taken.Contains(name))
            {
                words.TryAdd(name, Prefix + name);
            }
        }

        string Renamed(string name) => taken.Contains(name) ? Prefix + name : name;
        StateNames =
        [
            .. wrapper.StateNames,
            .. inner.StateNames.Select(n => wrapper.StateNames.Contains(n) ? Prefix + n : n),
        ];
        ScalarSets =
        [
            wrapper.ScalarDefinitions,
            .. inner.ScalarSets.Select(set => set.Select(s => new ScalarDefinition(
                Renamed(s.Name), Word().Replace(s.Formula, m => words.GetValueOrDefault(m.Value, m.Value)))).ToArray()),
        ];
        Reductions =
        [
            .. wrapper.Reductions.Select(r => r with { Pass = r.Pass + ownFirst }),
            .. inner.Reductions.Select(r => new Reduction(Renamed(r.Name), r.Scope, r.Pass + innerFirst)),
        ];
        OptionNames = [.. OptionText.Names(wrapperOptions), .. inner.OptionNames.Select(n => Prefix + n)];
    }

    public override ElementwiseKernel Kernel { get; }

    public override Type RuleType => Kernel.KernelType;

    public override Type OptionsType => typeof(WrappedOptions);

    public override IReadOnlyList<string> StateNames { get; }

    public override IReadOnlyList<IReadOnlyList<ScalarDefinition>> ScalarSets { get; }

    public override IReadOnlyList<Reduction> Reductions { get; }

    public override IReadOnlyList<MethodOptions> Variants => [];

    public override IReadOnlyList<string> OptionNames { get; }

    /// <summary>The wrapper over the rule; the same object for the same two.</summary>
    /// <exception cref="OptionException">The inner method is no element-wise rule.</exception>
    public static WrappedMethod Of(WrapperMethod wrapper, RuleMethod inner, Type wrapperOptions) =>
        inner is ElementwiseMethod rule
            ? s_all.GetOrAdd((wrapper, rule), static (pair, options) => new(pair.Wrapper, pair.Inner, options), wrapperOptions)
            : throw new OptionException(
                $"{wrapper.WrapperType.Name} wraps element-wise rules, and {inner.RuleType.Name} works on whole tensors. "
                + "'nabla methods --family first-order' lists methods it can wrap.");

    public override int KernelReduction(int reduction) => reduction < _wrapper.Reductions.Count
        ? reduction
        : InnerReductions + _inner.KernelReduction(reduction - _wrapper.Reductions.Count);

    public override void Prepare(MethodOptions options, in StepContext context, Span<double> scalars)
    {
        var both = (WrappedOptions)options;
        var count = _wrapper.Reductions.Count;
        var (ownFirst, innerFirst) = _wrapper.SumsAfterInner ? (_innerPasses, 0) : (0, _wrapperPasses);
        _wrapper.Prepare(
            both.Wrapper.OwnOptions,
            context.Part(0, count, ownFirst, both.Inner.OwnOptions),
            scalars[..Scalars<DoubleLane>.Capacity]);
        _inner.Prepare(
            both.Inner.OwnOptions,
            context.Part(count, _inner.Reductions.Count, innerFirst, null),
            scalars[Scalars<DoubleLane>.Capacity..]);
    }

    public override void Flags(MethodOptions options, Span<uint> flags)
    {
        var both = (WrappedOptions)options;
        flags[0] = _wrapper.Flags(both.Wrapper.OwnOptions);
        _inner.Flags(both.Inner.OwnOptions, flags[1..]);
    }

    public override uint ActiveStates(MethodOptions options)
    {
        var both = (WrappedOptions)options;
        return _wrapper.ActiveStates(both.Wrapper.OwnOptions)
            | (_inner.ActiveStates(both.Inner.OwnOptions) << _wrapper.StateNames.Count);
    }

    [GeneratedRegex(@"[A-Za-z][A-Za-z0-9.]*(?!\w*\()")]
    private static partial Regex Word();
}
