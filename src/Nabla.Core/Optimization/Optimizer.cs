namespace Nabla.Core;

/// <summary>Changes parameters from their gradients. Owns its state; borrows the parameters.</summary>
public abstract class Optimizer : IDisposable, IStateful
{
    /// <summary>The groups; their options may be changed between steps.</summary>
    public abstract IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>How many steps were made.</summary>
    public abstract long StepCount { get; }

    /// <summary>Figures worth plotting, such as <c>learning rate</c>.</summary>
    public abstract IReadOnlyDictionary<string, double> Readings { get; }

    /// <summary>Makes an optimizer and all its state.</summary>
    /// <param name="groups">Which method serves which parameter; every parameter must be assigned or frozen.</param>
    /// <param name="execution">Lane and threads; null for the best ones.</param>
    /// <exception cref="InvalidOperationException">Parameters are forgotten or have a role their method does not take.</exception>
    /// <exception cref="OptionException">An option is not allowed.</exception>
    public static Optimizer Create(ParameterGroups groups, ExecutionOptions? execution = null)
    {
        ArgumentNullException.ThrowIfNull(groups);
        groups.ThrowIfIncomplete();
        return new RuleOptimizer(groups.Groups, execution ?? new ExecutionOptions());
    }

    /// <summary>Makes one step with the gradients the parameters hold; a parameter without one is left alone.</summary>
    public abstract void Step(StepInputs? inputs = null);

    /// <summary>Forgets the gradients of all parameters.</summary>
    public virtual void ZeroGradients()
    {
        foreach (var group in Groups)
        {
            foreach (var parameter in group.Parameters)
            {
                parameter.Value.Gradient = null;
            }
        }
    }

    /// <inheritdoc/>
    public abstract void Save(StateWriter writer);

    /// <inheritdoc/>
    public abstract void Load(StateReader reader);

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the optimizer owns.</summary>
    protected abstract void Dispose(bool disposing);
}
