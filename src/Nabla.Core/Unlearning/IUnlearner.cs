namespace Nabla.Core;

/// <summary>A method that makes a model forget examples.</summary>
public interface IUnlearner
{
    /// <summary>How much of the data to keep it reads.</summary>
    RetainNeed Needs { get; }

    /// <summary>Whether the model's parameters change; otherwise only what is around the model does.</summary>
    bool ChangesModel { get; }

    /// <summary>Makes the model of a task forget.</summary>
    /// <param name="task">The model, in its place, and the examples.</param>
    /// <param name="budget">What may be spent.</param>
    /// <param name="observer">Is told after each step; null: nobody.</param>
    /// <returns>How it ended and what it read; of methods at inference, the scorer that takes the model's place.</returns>
    /// <exception cref="ArgumentException">There is nothing to forget, too little to keep, or the method cannot work with such a
    /// task; the message says what to do.</exception>
    /// <exception cref="OptionException">An option of the method or the optimizer is wrong.</exception>
    UnlearningResult Forget(IUnlearningTask task, UnlearningBudget budget, UnlearningObserver? observer = null);
}
