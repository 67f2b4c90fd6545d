package io.lockstep.core.hook;

import java.util.List;

/**
 * What became of an imported file.
 *
 * @param mapping the defaults, changed by every line that could be understood
 * @param findings in the order of their lines
 */
public record Imported(ActionMapping mapping, List<Finding> findings) {

    public Imported {
        findings = List.copyOf(findings);
    }

    public enum Severity {
        /** Imported, but not as written, or in a way that its author should know. */
        WARNING,
        /** Not understood: the file is not to be used before a person has mended it. */
        ERROR
    }

    /** @param line counted from 1; 0 for the file as a whole */
    public record Finding(int line, Severity severity, String text) {

        @Override
        public String toString() {
            return (line == 0 ? "" : "line " + line + ": ") + text;
        }
    }

    /** Whether the mapping may be used. */
    public boolean usable() {
        return findings.stream().noneMatch(f -> f.severity() == Severity.ERROR);
    }
}
