using System.Reflection;
using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>What all methods of unlearning share: the checks before anything is changed.</summary>
public abstract class Unlearner : IUnlearner
{
    /// <inheritdoc/>
    public virtual RetainNeed Needs => RetainNeed.Sample;

    /// <inheritdoc/>
    public virtual bool ChangesModel => true;

    /// <summary>The name in messages.</summary>
    protected string Name => GetType().GetCustomAttribute<MethodAttribute>()?.Name ?? GetType().Name;

    /// <inheritdoc/>
    public UnlearningResult Forget(IUnlearningTask task, UnlearningBudget budget, UnlearningObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(budget);
        budget.ThrowIfInvalid();
        CheckOptions();
        if (task.Count(ExampleSet.Forget) == 0)
        {
            throw new ArgumentException("There is nothing to forget: the forget set is empty. Name at least one example.", nameof(task));
        }

        var retained = task.Count(ExampleSet.Retain);
        var needed = Math.Max(budget.RetainExamples, Needs == RetainNeed.None ? 0 : 1);
        if (retained < needed)
        {
            throw new ArgumentException(
                $"'{Name}' needs at least {needed} examples to keep and was given {retained}. Give more, or choose a method "
                + "that needs none ('nabla methods --family unlearning').",
                nameof(task));
        }

        Check(task);
        return Run(task, budget, observer);
    }

    /// <summary>Checks the method's own options.</summary>
    protected abstract void CheckOptions();

    /// <summary>Checks that the method can work with the task; throws <see cref="ArgumentException"/> with a sentence where not.</summary>
    /// <param name="task">The task.</param>
    protected virtual void Check(IUnlearningTask task)
    {
    }

    /// <summary>Does it.</summary>
    /// <param name="task">The task, checked.</param>
    /// <param name="budget">The budget, checked.</param>
    /// <param name="observer">Is told after each step.</param>
    protected abstract UnlearningResult Run(IUnlearningTask task, UnlearningBudget budget, UnlearningObserver? observer);

    /// <summary>The task as one with classes or tokens for answers.</summary>
    /// <exception cref="ArgumentException">It is another.</exception>
    protected ILabelledUnlearningTask Labelled(IUnlearningTask task) => task as ILabelledUnlearningTask ?? throw new ArgumentException(
        $"'{Name}' needs answers that are classes or tokens; this task's are numbers. Use 'minnorm-og' or 'gradient-descent'.", nameof(task));

    /// <summary>The task as one of a language model.</summary>
    /// <exception cref="ArgumentException">It is another.</exception>
    protected ILanguageUnlearningTask Language(IUnlearningTask task) => task as ILanguageUnlearningTask ?? throw new ArgumentException(
        $"'{Name}' works on language models; this task's model is none.", nameof(task));
}
