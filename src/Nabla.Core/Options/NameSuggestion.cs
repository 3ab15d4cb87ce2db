namespace Nabla.Core;

/// <summary>Guesses what name was meant.</summary>
public static class NameSuggestion
{
    /// <summary>A question that names the nearest candidates, such as <c>Did you mean 'adam' or 'adamw'?</c></summary>
    /// <param name="name">What was given.</param>
    /// <param name="candidates">What it could have been.</param>
    /// <returns>The question with a space before it; empty when nothing is near.</returns>
    public static string For(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        var near = OptionText.Nearest(name, candidates);
        return near.Count == 0 ? string.Empty : $" Did you mean {OptionText.Alternatives(near)}?";
    }
}
