using System.Text;
using Nabla.Core;

namespace Nabla.Dashboard.Methods;

/// <summary>A method in the list of methods.</summary>
/// <param name="Method">The method.</param>
/// <param name="Claims">Claims about it.</param>
/// <param name="Runs">Runs with it in the store.</param>
public sealed record MethodRow(MethodDescriptor Method, int Claims, int Runs)
{
    /// <summary>The family in words: <c>First order</c>.</summary>
    /// <param name="method">The method.</param>
    public static string FamilyOf(MethodDescriptor method)
    {
        StringBuilder words = new();
        foreach (char letter in method.Family.ToString())
        {
            if (char.IsAsciiLetterUpper(letter) && words.Length > 0)
            {
                words.Append(' ').Append(char.ToLowerInvariant(letter));
            }
            else
            {
                words.Append(letter);
            }
        }

        return words.ToString();
    }
}
