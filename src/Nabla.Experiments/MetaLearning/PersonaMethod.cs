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
}
