// SPDX-License-Identifier: LGPL-3.0-or-later
#include "json_check.h"

#include <QByteArray>

namespace dragonscales::plugins::command {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isHexDigit(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Without recursion: a program may print a million brackets.
class Checker final
{
public:
    explicit Checker(QByteArrayView text)
        : m_text(text)
    {
    }

    bool whole()
    {
        do {
            if (!beginValue()) {
                return false;
            }
        } while (m_valueFollows);
        return m_at == m_text.size();
    }

private:
    char here() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    bool take(char c)
    {
        const bool found = m_at < m_text.size() && m_text[m_at] == c;
        m_at += found ? 1 : 0;
        return found;
    }
    void skipSpace()
    {
        while (take(' ') || take('\n') || take('\r') || take('\t')) {
        }
    }

    // A scalar or an empty container, or the beginning of a container up to where its first value begins.
    bool beginValue()
    {
        skipSpace();
        const char c = here();
        if (c != '{' && c != '[') {
            return scalar() && endValue();
        }
        ++m_at;
        skipSpace();
        m_closing.append(c == '{' ? '}' : ']');
        if (here() == m_closing.back()) {
            return endValue();
        }
        m_valueFollows = true;
        return c == '[' || key();
    }

    // What may stand behind a value: the ends of containers, then a comma or the end of all.
    bool endValue()
    {
        skipSpace();
        while (!m_closing.isEmpty() && take(m_closing.back())) {
            m_closing.chop(1);
            skipSpace();
        }
        m_valueFollows = !m_closing.isEmpty();
        return !m_valueFollows || (take(',') && (m_closing.back() == ']' || key()));
    }

    bool key()
    {
        skipSpace();
        if (!string()) {
            return false;
        }
        skipSpace();
        return take(':');
    }

    bool scalar()
    {
        for (const QByteArrayView word : {"true", "false", "null"}) {
            if (m_text.sliced(m_at).startsWith(word)) {
                m_at += word.size();
                return true;
            }
        }
        return here() == '"' ? string() : number();
    }

    bool digits()
    {
        const qsizetype begin = m_at;
        while (isDigit(here())) {
            ++m_at;
        }
        return m_at > begin;
    }

    bool number()
    {
        take('-');
        if (!take('0') && !digits()) {
            return false;
        }
        if (take('.') && !digits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            return digits();
        }
        return true;
    }

    bool string()
    {
        if (!take('"')) {
            return false;
        }
        while (static_cast<uchar>(here()) >= 0x20 && here() != '"') {
            if (here() != '\\') {
                ++m_at;
            } else if (++m_at; !escape()) {
                return false;
            }
        }
        return take('"');
    }

    bool escape()
    {
        if (!take('u')) {
            const bool known = here() != '\0' && QByteArrayView("\"\\/bfnrt").contains(here());
            ++m_at;
            return known;
        }
        for (int i = 0; i < 4; ++i, ++m_at) {
            if (!isHexDigit(here())) {
                return false;
            }
        }
        return true;
    }

    const QByteArrayView m_text;
    qsizetype m_at = 0;
    QByteArray m_closing; // the brackets that are still to come, the next one last
    bool m_valueFollows = false;
};

} // namespace

bool isJson(QByteArrayView text)
{
    return Checker(text).whole();
}

} // namespace dragonscales::plugins::command
