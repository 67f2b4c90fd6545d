package io.lockstep.core.xml;

/** A document that is not read; the message says why, in one line that a person can act on. */
public final class XmlRefusedException extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 300;

    public XmlRefusedException(String reason) {
        super(printable(reason));
    }

    private static String printable(String reason) {
        StringBuilder text = new StringBuilder();
        reason.codePoints()
                .limit(LONGEST)
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .forEach(text::appendCodePoint);
        return text.toString();
    }
}
