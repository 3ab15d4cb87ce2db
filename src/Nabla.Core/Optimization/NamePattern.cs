namespace Nabla.Core;

/// <summary>Patterns of names: <c>*</c> stands for any letters, also none and dots, <c>?</c> for one.</summary>
internal static class NamePattern
{
    public static bool Fits(string pattern, string name)
    {
        // On a mismatch the last star takes one more letter; earlier stars never need to be tried again.
        var (p, n, star, resume) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, resume) = (p++, n);
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == name[n]))
            {
                (p, n) = (p + 1, n + 1);
            }
            else if (star >= 0)
            {
                (p, n) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
        {
            p++;
        }

        return p == pattern.Length;
    }
}
