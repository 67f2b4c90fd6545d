package io.lockstep.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What every command has: its help, with the exit codes at its foot. */
@Command(
        synopsisHeading = "usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%n",
        commandListHeading = "%n",
        footerHeading = "%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or answered",
            "1:the answer is no: refused, not found, drift in a dry run, an alarm stands",
            "2:the command is written wrongly, or names a host or group that there is not",
            "3:nobody answered in time",
            "4:some of it was done, some was not",
            "70:a fault of lockstepctl itself"
        })
public final class StandardOptions {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    /** picocli acts on the option itself; this is for tests and completeness. */
    public boolean help() {
        return help;
    }
}
