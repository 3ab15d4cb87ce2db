namespace Nabla.Core;

/// <summary>Which examples of an unlearning task are meant.</summary>
public enum ExampleSet
{
    /// <summary>Those whose effect is to go.</summary>
    Forget,

    /// <summary>Those whose effect is to stay.</summary>
    Retain,
}
