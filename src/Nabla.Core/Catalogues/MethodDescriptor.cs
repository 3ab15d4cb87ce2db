using System.Globalization;
using System.Reflection;
using Nabla.Engine;

namespace Nabla.Core;

/// <summary>A method of the catalogue: what it is called, where it comes from, what can be set, what it costs.</summary>
public sealed class MethodDescriptor
{
    private const string InnerPrefix = "inner.";

    private static readonly long[] s_typicalShape = [1024, 1024];
    private readonly PropertyInfo[] _properties;
    private readonly RuleMethod? _rule;
    private readonly WrapperMethod? _wrapper;
    private readonly AdapterMethod? _adapter;
    private readonly MethodDescriptor? _outer;
    private readonly MethodDescriptor? _inner;
    private readonly IReadOnlyList<string> _equations;

    internal MethodDescriptor(
        MethodAttribute method,
        Type optionsType,
        IReadOnlyList<string> departures,
        RuleMethod rule)
        : this(method, optionsType, departures, MethodKind.Rule, (rule as TensorMethod)?.Equations ?? []) => _rule = rule;

    internal MethodDescriptor(
        MethodAttribute method,
        Type optionsType,
        IReadOnlyList<string> departures,
        MethodKind kind,
        IReadOnlyList<string> equations)
    {
        MethodKind = kind;
        _equations = equations;
        Name = method.Name;
        Family = method.Family;
        Paper = method.Paper;
        Title = method.Title;
        Roles = method.Roles;
        MovesAtRest = method.MovesAtRest;
        OptionsType = optionsType;
        Departures = departures;
        _properties =
        [
            .. optionsType.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .Where(p => p.GetCustomAttribute<OptionAttribute>() is not null)
                .OrderBy(p => p.MetadataToken),
        ];
        var defaults = NewOptions();
        Options = [.. _properties.Select(p => Describe(p, defaults))];
    }

    internal MethodDescriptor(
        MethodAttribute method, Type optionsType, IReadOnlyList<string> departures, WrapperMethod wrapper)
        : this(method, optionsType, departures, MethodKind.Rule, []) => _wrapper = wrapper;

    internal MethodDescriptor(
        MethodAttribute method, Type optionsType, IReadOnlyList<string> departures, AdapterMethod adapter)
        : this(method, optionsType, departures, MethodKind.Adapter, adapter.Equations) => _adapter = adapter;

    /// <summary>One method inside another.</summary>
    internal MethodDescriptor(MethodDescriptor outer, MethodDescriptor inner)
    {
        _outer = outer;
        _inner = inner;
        _equations = outer.IsAdapter ? [.. outer._equations, .. inner.Equations().Select(e => $"inside: {e}")] : [];
        _properties = [];
        MethodKind = outer.MethodKind;
        Name = $"{outer.Name}({inner.Name})";
        Family = outer.Family;
        Paper = outer.Paper;
        Title = $"{outer.Title}; around {inner.Name}";
        Roles = outer.Roles & inner.Roles;
        OptionsType = typeof(WrappedOptions);
        Departures = [.. outer.Departures, .. inner.Departures.Select(d => $"{inner.Name}: {d}")];
        Options =
        [
            .. outer.Options,
            .. inner.Options.Where(o => !IsReplaced(o.Name)).Select(o => o with { Name = InnerPrefix + o.Name }),
        ];
        if (outer.IsAdapter)
        {
            // Whoever cannot be an optimizer cannot be one inside an adapter either, and says so here.
            _ = inner.IsOptimizer || inner.Rule is null;
            MovesAtRest = inner.MovesAtRest;
        }
        else
        {
            _rule = NewOptions().ComposedMethod;
        }
    }

    /// <summary>The key, such as <c>adamw</c>.</summary>
    public string Name { get; }

    /// <summary>The family.</summary>
    public Family Family { get; }

    /// <summary>Where the method was published.</summary>
    public string Paper { get; }

    /// <summary>The title of the publication.</summary>
    public string Title { get; }

    /// <summary>What the method turns into what.</summary>
    public MethodKind MethodKind { get; }

    /// <summary>The kind as users see it: <c>rule</c>, <c>estimator</c>, <c>adapter</c> or <c>procedure</c>.</summary>
    public string Kind => OptionText.Hyphenated(MethodKind.ToString());

    /// <summary>Whether the method is an element-wise rule, which runs fused.</summary>
    public bool IsElementwise => _rule is ElementwiseMethod;

    /// <summary>
    /// Whether the method is an element-wise wrapper, which becomes one rule with the rule inside: <c>wrapper(inner)</c>.
    /// </summary>
    public bool IsWrapper => _wrapper is not null;

    /// <summary>Whether the method is an adapter, which goes around a whole optimizer: <c>adapter(inner)</c>.</summary>
    public bool IsAdapter => _adapter is not null;

    /// <summary>Whether the method chooses the learning rate alone, so that the one of the method inside may not be set.</summary>
    public bool SetsRate => _adapter?.SetsRate ?? false;

    /// <summary>Why the adapter does not go around a method, a whole sentence; null when it does.</summary>
    /// <param name="inner">The method, itself adapted or not.</param>
    /// <exception cref="InvalidOperationException">This is no adapter.</exception>
    public string? RefusalOf(MethodDescriptor inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        var adapter = _adapter ?? throw new InvalidOperationException($"'{Name}' is no adapter. Ask one of Catalogue.Adapters.");
        return adapter.Refusal(inner.NewOptions().Innermost);
    }

    /// <summary>The option that scales every step: its own or, in a wrapper, that of the method inside; null without one.</summary>
    public OptionDescriptor? LearningRate =>
        Options.FirstOrDefault(o => o.Name == "learningRate") ?? Options.FirstOrDefault(o =>
            o.Name.EndsWith(".learningRate", StringComparison.Ordinal));

    /// <summary>Whether an <see cref="Optimizer"/> and a trace can run the method.</summary>
    public bool IsOptimizer => _rule is not null || (_outer is { IsAdapter: true } && _inner!.IsOptimizer);

    /// <summary>The roles the method takes.</summary>
    public ParameterRoles Roles { get; }

    /// <summary>Whether a parameter may move although its gradients have been zero from the start.</summary>
    public bool MovesAtRest { get; }

    /// <summary>The record that holds the options.</summary>
    public Type OptionsType { get; }

    /// <summary>The options in the order they are declared.</summary>
    public IReadOnlyList<OptionDescriptor> Options { get; }

    /// <summary>Where the method differs from its paper, and why.</summary>
    public IReadOnlyList<string> Departures { get; }

    /// <summary>The names of the state of an element, or of a matrix for a rule on whole tensors.</summary>
    public IReadOnlyList<string> StateNames => _rule switch
    {
        ElementwiseMethod elementwise => elementwise.StateNames,
        TensorMethod whole => [.. whole.States(NewOptions(), s_typicalShape).Select(s => s.Name)],
        _ when _outer is { IsAdapter: true } => [.. _outer.StateNames, .. _inner!.StateNames.Select(n => InnerPrefix + n)],
        _ => _adapter?.StateNames(NewOptions()) ?? [],
    };

    /// <summary>
    /// Bytes read for a float32 parameter with default options, at the least: parameter, gradient and state, and what
    /// passes for reductions read before.
    /// </summary>
    public int ReadBytes => 8 + StateBytes(NewOptions()) + ReductionBytes(NewOptions());

    /// <summary>Bytes written for a float32 parameter with default options: parameter and state.</summary>
    public int WrittenBytes => 4 + StateBytes(NewOptions());

    /// <exception cref="OptionException">The method is no element-wise rule.</exception>
    internal ElementwiseMethod Elementwise => Rule as ElementwiseMethod ?? throw new OptionException(
        $"'{Name}' is a rule on whole tensors, which has no element-wise equations. 'nabla explain {Name}' shows what it does.",
        "optimizer",
        Name);

    internal TensorMethod? Whole => _rule as TensorMethod;

    /// <exception cref="OptionException">The method is no rule.</exception>
    internal RuleMethod Rule => _rule ?? throw (IsWrapper || IsAdapter ? NothingAlone() : new OptionException(
        $"'{Name}' is of kind {Kind} and cannot be the optimizer of a training. "
        + $"'nabla explain {Name}' shows what it does and 'nabla reproduce {Name}' runs it.",
        "optimizer",
        Name));

    /// <exception cref="OptionException">The method is no element-wise wrapper.</exception>
    internal WrapperMethod Wrapper => _wrapper ?? throw new OptionException(
        $"'{Name}' wraps no other method. The wrappers are {OptionText.Alternatives([.. Catalogue.Wrappers.Select(w => w.Name)])}.",
        "optimizer",
        Name);

    /// <summary>The wrapper over a rule of which nothing is known but that it makes steps.</summary>
    internal WrappedMethod OverAny => WrappedMethod.Of(
        Wrapper, ElementwiseMethod<AnyRule, AnyRuleOptions>.Instance, OptionsType);

    /// <summary>The adapter; null for other kinds.</summary>
    internal AdapterMethod? Adapter => _adapter;

    /// <summary>The method inside, for a composed one; otherwise null.</summary>
    internal MethodDescriptor? Inner => _inner;

    /// <summary>Bytes moved for a float32 parameter with these options.</summary>
    public int MovedBytes(MethodOptions options) => 12 + (2 * StateBytes(options)) + ReductionBytes(options);

    /// <summary>Bytes that passes for reductions read for a float32 parameter with these options, before the step itself.</summary>
    public int ReductionBytes(MethodOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (_rule is not ElementwiseMethod { PassCount: > 0 } method)
        {
            return 0;
        }

        var reads = SummandReads.Of(method, options.OwnOptions);
        return 4 * Enumerable.Range(0, method.PassCount).Sum(pass => System.Numerics.BitOperations.PopCount(
            reads.Where((_, r) => method.Reductions[r].Pass == pass).Aggregate(0u, (a, b) => a | b)));
    }

    /// <summary>Bytes of state for a float32 parameter with these options; for a rule on whole tensors those of a matrix
    /// with 1,024 rows and columns, rounded.</summary>
    public int StateBytes(MethodOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _rule switch
        {
            ElementwiseMethod elementwise =>
                4 * System.Numerics.BitOperations.PopCount(elementwise.ActiveStates(options.OwnOptions)),
            TensorMethod whole => (int)Math.Round(
                (double)whole.States(options.OwnOptions, s_typicalShape).Sum(s => s.ByteCount(DType.Float32))
                / (s_typicalShape[0] * s_typicalShape[1])),
            _ when options is WrappedOptions both && _outer is { IsAdapter: true } =>
                _outer.StateBytes(both.Wrapper) + _inner!.StateBytes(both.Inner),
            _ when IsWrapper => 4 * OverAny.StateNames.Count,
            _ => 4 * (_adapter?.StateNames(options.OwnOptions).Count ?? 0),
        };
    }

    /// <summary>Makes the options from settings as typed, such as <c>learningRate</c> = <c>0.01</c>.</summary>
    /// <param name="settings">Names in camelCase and values in the invariant culture.</param>
    /// <exception cref="OptionException">A name or a value is wrong.</exception>
    public MethodOptions CreateOptions(IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (_outer is not null)
        {
            return CreateBoth(settings);
        }

        if ((IsWrapper || IsAdapter) && settings.Keys.Any(k => k.StartsWith(InnerPrefix, StringComparison.Ordinal)))
        {
            throw NothingAlone();
        }

        var options = NewOptions();
        foreach (var (name, text) in settings.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var property = Array.Find(_properties, p => OptionText.CamelCase(p.Name) == name) ?? throw Unknown(name, text);
            property.SetValue(options, Parse(property, name, text));
        }

        options.ThrowIfInvalid();
        return options;
    }

    /// <summary>The values of options by name: numbers, booleans, or the hyphenated names of choices.</summary>
    public IReadOnlyDictionary<string, object> ValuesOf(MethodOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var values = new OrderedDictionary<string, object>(StringComparer.Ordinal);
        if (options is WrappedOptions both && _outer is not null)
        {
            foreach (var (name, value) in _outer.ValuesOf(both.Wrapper))
            {
                values.Add(name, value);
            }

            foreach (var (name, value) in _inner!.ValuesOf(both.Inner).Where(v => !IsReplaced(v.Key)))
            {
                values.Add(InnerPrefix + name, value);
            }
        }

        foreach (var property in _properties)
        {
            values.Add(OptionText.CamelCase(property.Name), Plain(property.GetValue(options)!));
        }

        return values;
    }

    /// <summary>The method in words: its equations as traced from the code, options, cost, paper, departures.</summary>
    /// <param name="latex">Whether the equations are LaTeX, in align* environments.</param>
    public string Explain(bool latex = false) => MethodExplanation.Write(this, latex);

    /// <summary>
    /// The equations of one step: of a rule, for an element, traced from the code that runs with these options; of
    /// other kinds, as they stand beside the code.
    /// </summary>
    /// <param name="options">The options; null for the defaults.</param>
    public IReadOnlyList<string> Equations(MethodOptions? options = null) =>
        !IsElementwise && !IsWrapper ? _equations : [.. Trace(options).Equations().Select(e => e.ToString())];

    /// <summary>
    /// The same equations in LaTeX, one a line, for math mode; scalars that are short stand as their formulas and
    /// conditions are decided as these options decide them.
    /// </summary>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="OptionException">The method is no element-wise rule.</exception>
    public IReadOnlyList<string> LatexEquations(MethodOptions? options = null)
    {
        options ??= NewOptions();
        return new LatexEquations(Elementwise, options, ValuesOf(options)).Lines();
    }

    /// <summary>One step as expressions, traced from the code that runs with these options.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="OptionException">The method is no element-wise rule.</exception>
    public RuleTrace Trace(MethodOptions? options = null) => IsWrapper
        ? RuleTrace.Of(OverAny, new WrappedOptions(options ?? NewOptions(), new AnyRuleOptions()))
        : RuleTrace.Of(Elementwise, options ?? NewOptions());

    internal MethodOptions NewOptions() => _outer is null
        ? (MethodOptions)Activator.CreateInstance(OptionsType)!
        : new WrappedOptions(_outer.NewOptions(), _inner!.NewOptions());

    private OptionException NothingAlone() => new(
        $"'{Name}' wraps another method and is nothing alone. Name the method inside, for example {Name}(adamw); "
        + "its options are set as inner.NAME.",
        "optimizer",
        Name);

    private WrappedOptions CreateBoth(IReadOnlyDictionary<string, string> settings)
    {
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        var inner = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in settings)
        {
            if (name.StartsWith(InnerPrefix, StringComparison.Ordinal))
            {
                inner.Add(name[InnerPrefix.Length..], text);
            }
            else if (_outer!.Options.All(o => o.Name != name) && _inner!.Options.Any(o => o.Name == name))
            {
                throw new OptionException(
                    $"'{_outer.Name}' has no option '{name}', but '{_inner.Name}' inside it has. Write {InnerPrefix}{name}={text}.",
                    name,
                    text);
            }
            else
            {
                own.Add(name, text);
            }
        }

        if (inner.Keys.FirstOrDefault(IsReplaced) is { } replaced)
        {
            throw new OptionException(
                $"'{InnerPrefix}{replaced}' has no effect: '{_outer!.Name}' chooses the learning rate. Leave it out, or scale the "
                + "choice with learningRate.",
                InnerPrefix + replaced,
                inner[replaced]);
        }

        return new WrappedOptions(_outer!.CreateOptions(own), _inner!.CreateOptions(inner));
    }

    /// <summary>Whether the adapter outside replaces an option of the method inside, at whatever depth it lies.</summary>
    private bool IsReplaced(string name) => _outer is { SetsRate: true }
        && (name == "learningRate" || name.EndsWith(".learningRate", StringComparison.Ordinal))
        && (_inner!._outer is null || name.StartsWith(InnerPrefix, StringComparison.Ordinal));

    private static object Plain(object value) => value is Enum ? OptionText.Write(value) : value;

    private static OptionDescriptor Describe(PropertyInfo property, MethodOptions defaults)
    {
        var option = property.GetCustomAttribute<OptionAttribute>()!;
        var type = property.PropertyType;
        var (name, range) = type switch
        {
            _ when type == typeof(bool) => ("boolean", "true or false"),
            _ when type == typeof(double) => ("number", option.Range()),
            _ when type == typeof(int) || type == typeof(long) => ("integer", option.Range()),
            { IsEnum: true } => (Choices(type), Choices(type).Replace("|", " or ", StringComparison.Ordinal)),
            _ => throw new InvalidOperationException(
                $"{property.DeclaringType!.Name}.{property.Name} is a {type.Name}; an option is a number, a boolean or an enumeration."),
        };
        return new(OptionText.CamelCase(property.Name), name, Plain(property.GetValue(defaults)!), range, option.Summary);
    }

    private static string Choices(Type type) =>
        string.Join('|', Enum.GetNames(type).Select(OptionText.Hyphenated));

    private OptionException Unknown(string name, string text)
    {
        var names = _properties.Select(p => OptionText.CamelCase(p.Name)).ToArray();
        var near = OptionText.Nearest(name, names);
        var hint = near.Count == 0 ? string.Empty : $" Did you mean {OptionText.Alternatives(near)}?";
        return new($"'{Name}' has no option '{name}'.{hint} Its options are {string.Join(", ", names)}.", name, text);
    }

    private object Parse(PropertyInfo property, string name, string text)
    {
        var type = property.PropertyType;
        var culture = CultureInfo.InvariantCulture;
        if (type == typeof(double) && double.TryParse(text, NumberStyles.Float, culture, out var number))
        {
            return number;
        }

        if (type == typeof(int) && int.TryParse(text, NumberStyles.Integer, culture, out var small))
        {
            return small;
        }

        if (type == typeof(long) && long.TryParse(text, NumberStyles.Integer, culture, out var whole))
        {
            return whole;
        }

        if (type == typeof(bool) && bool.TryParse(text, out var flag))
        {
            return flag;
        }

        if (type.IsEnum && Array.Find(Enum.GetNames(type), n => OptionText.Hyphenated(n) == text) is { } choice)
        {
            return Enum.Parse(type, choice);
        }

        var described = Options.First(o => o.Name == name);
        var hint = type.IsEnum ? NameSuggestion.For(text, Enum.GetNames(type).Select(OptionText.Hyphenated)) : string.Empty;
        throw new OptionException(
            $"{name} was '{text}'; it must be {Expected(type, described)}.{hint} Write for example {name}={OptionText.Write(described.Default)}.",
            name,
            text);
    }

    private static string Expected(Type type, OptionDescriptor option) => type switch
    {
        _ when type == typeof(double) => "a number such as 0.001 or 1e-3",
        _ when type == typeof(bool) => "true or false",
        { IsEnum: true } => option.Range,
        _ => "a whole number",
    };
}
