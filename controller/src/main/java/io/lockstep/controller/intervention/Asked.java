package io.lockstep.controller.intervention;

/** Who asks for something, and why: for the timeline. */
public record Asked(String by, String reason) {

    String words() {
        return "by " + (by.isBlank() ? "somebody" : by) + (reason.isBlank() ? "" : " (" + reason + ")");
    }
}
