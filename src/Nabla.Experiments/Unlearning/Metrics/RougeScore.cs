namespace Nabla.Experiments.Unlearning;

/// <summary>ROUGE-L of a text against a reference: by the longest common subsequence of their words (Lin, 2004).</summary>
/// <param name="Recall">Its length divided by the words of the reference, from 0 to 1.</param>
/// <param name="Precision">Its length divided by the words of the text, from 0 to 1.</param>
public readonly record struct RougeScore(double Recall, double Precision)
{
    private const int LongestUnstemmed = 3;

    /// <summary>The harmonic mean of both, from 0 to 1.</summary>
    public double F1 => Recall + Precision == 0 ? 0 : 2 * Recall * Precision / (Recall + Precision);

    /// <summary>Compares a text with a reference; where one of them has no word, the score is 0.</summary>
    /// <param name="text">The text.</param>
    /// <param name="reference">What it should be.</param>
    /// <param name="stems">Whether words of more than three letters are reduced to their stems, as TOFU does and MUSE does not.</param>
    public static RougeScore Of(string text, string reference, bool stems = true)
    {
        string[] made = Words(text, stems), wanted = Words(reference, stems);
        if (made.Length == 0 || wanted.Length == 0)
        {
            return default;
        }

        int common = CommonSubsequence(made, wanted);
        return new RougeScore((double)common / wanted.Length, (double)common / made.Length);
    }

    /// <summary>The words of a text: lower case, of letters a to z and digits only.</summary>
    /// <param name="text">The text.</param>
    /// <param name="stems">Whether words of more than three letters are reduced to their stems.</param>
    public static string[] Words(string text, bool stems)
    {
        ArgumentNullException.ThrowIfNull(text);
        char[] plain = [.. text.ToLowerInvariant().Select(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') ? c : ' ')];
        string[] words = new string(plain).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return stems ? [.. words.Select(w => w.Length > LongestUnstemmed ? PorterStemmer.Stem(w) : w)] : words;
    }

    private static int CommonSubsequence(string[] first, string[] second)
    {
        int[] row = new int[second.Length + 1];
        foreach (string word in first)
        {
            int diagonal = 0;
            for (int j = 1; j <= second.Length; j++)
            {
                int above = row[j];
                row[j] = word == second[j - 1] ? diagonal + 1 : Math.Max(above, row[j - 1]);
                diagonal = above;
            }
        }

        return row[^1];
    }
}
