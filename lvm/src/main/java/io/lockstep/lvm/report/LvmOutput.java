package io.lockstep.lvm.report;

import io.lockstep.lvm.command.Command;

/** LVM's output, whatever a site's lvm.conf says about it. */
public final class LvmOutput {

    /** A command's name or another prefix before each line, or a log at its end, would break reports and sentences alike. */
    private static final String CONFIG = "log{command_names=0 prefix=\"  \" report_command_log=0}";

    private LvmOutput() {}

    /** The LVM command with the output that is read here. */
    public static Command of(Command lvm) {
        return lvm.and("--config", CONFIG);
    }
}
