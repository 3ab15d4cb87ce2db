namespace Nabla.Core;

/// <summary>Shares parameters out to methods by role. Each parameter goes to the first assignment that takes it.</summary>
public sealed class ParameterGroups
{
    private readonly IReadOnlyList<Parameter> _all;
    private readonly HashSet<Parameter> _taken = new(ReferenceEqualityComparer.Instance);
    private readonly List<ParameterGroup> _groups = [];

    private ParameterGroups(IReadOnlyList<Parameter> parameters)
    {
        var twice = parameters.GroupBy(p => p.Name, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).ToArray();
        if (twice.Length > 0)
        {
            throw new ArgumentException(
                $"Names used by more than one parameter: {Quote(twice)}. Give each parameter its own name.", nameof(parameters));
        }

        _all = parameters;
    }

    /// <summary>The groups assigned so far.</summary>
    public IReadOnlyList<ParameterGroup> Groups => _groups;

    /// <summary>Begins with the parameters of a model, none assigned yet.</summary>
    public static ParameterGroups Of(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return new(module.Parameters);
    }

    /// <summary>Begins with these parameters, none assigned yet.</summary>
    /// <exception cref="ArgumentException">Two parameters have the same name.</exception>
    public static ParameterGroups Of(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return new([.. parameters]);
    }

    /// <summary>Gives the parameters with one of these roles to a method.</summary>
    /// <exception cref="OptionException">An option is not allowed.</exception>
    public ParameterGroups Assign(ParameterRoles roles, MethodOptions options) =>
        Add(p => (p.Role & roles) != 0, options);

    /// <summary>Gives the parameters that satisfy a condition to a method.</summary>
    /// <exception cref="OptionException">An option is not allowed.</exception>
    public ParameterGroups Assign(Func<Parameter, bool> condition, MethodOptions options)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Add(condition, options);
    }

    /// <summary>Gives all parameters not assigned yet to a method.</summary>
    /// <exception cref="OptionException">An option is not allowed.</exception>
    public ParameterGroups AssignRest(MethodOptions options) => Add(_ => true, options);

    /// <summary>Leaves the parameters with one of these roles as they are.</summary>
    public ParameterGroups Freeze(ParameterRoles roles) => Freeze(p => (p.Role & roles) != 0);

    /// <summary>Leaves the parameters that satisfy a condition as they are.</summary>
    public ParameterGroups Freeze(Func<Parameter, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        foreach (var parameter in _all.Where(p => !_taken.Contains(p) && condition(p)).ToArray())
        {
            _taken.Add(parameter);
        }

        return this;
    }

    internal void ThrowIfIncomplete()
    {
        var forgotten = _all.Where(p => !_taken.Contains(p)).Select(p => p.Name).ToArray();
        if (forgotten.Length > 0)
        {
            throw new InvalidOperationException(
                $"{forgotten.Length} of {_all.Count} parameters belong to no group: {Quote(forgotten)}. "
                + "Add AssignRest(...) or Freeze(...).");
        }

        var wrong = new List<string>();
        foreach (var group in _groups.Where(g => g.Options is WrappedOptions { IsCatalogued: true } || g.Options.ComposedMethod is null))
        {
            var method = Catalogue.ForOptions(group.Options);
            wrong.AddRange(group.Parameters.Where(p => (p.Role & method.Roles) == 0).Select(p =>
                $"'{p.Name}' ({string.Join('×', p.Value.Shape)}) is of role {p.Role}, and {method.Name} takes {method.Roles} only"));
        }

        if (wrong.Count > 0)
        {
            throw new InvalidOperationException(
                $"{string.Join("; ", wrong)}. Assign such parameters to another method with AssignRest(...).");
        }
    }

    private static string Quote(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"'{n}'"));

    private ParameterGroups Add(Func<Parameter, bool> condition, MethodOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        Parameter[] members = [.. _all.Where(p => !_taken.Contains(p) && condition(p))];
        _taken.UnionWith(members);
        _groups.Add(new ParameterGroup(members, options, null));
        return this;
    }
}
