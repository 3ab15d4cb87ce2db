namespace Nabla.Experiments;

/// <summary>How a model is prepared for unseen personas.</summary>
public enum PersonaMethod
{
    /// <summary>Not retrained.</summary>
    None,

    /// <summary>Trained on all personas at once.</summary>
    StandardRetraining,

    /// <summary>Moved towards where some steps on each persona lead.</summary>
    Reptile,

    /// <summary>Trained together with a throw-away adapter for each persona.</summary>
    MetaLora,

    /// <summary>Moved by the gradients found after some steps on each persona.</summary>
    Fomaml,

    /// <summary>The same with second derivatives, so that steps on each persona lead to a low loss.</summary>
    Maml,

    /// <summary>Not made but given: what all personas have in common, which no method is told.</summary>
    TrueBase,
}
