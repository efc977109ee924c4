;;; lsp-deskmate.el --- LSP client for Deskmate -*- lexical-binding: t; -*-

;; Copyright (C) 2026 the authors of Deskmate
;; SPDX-License-Identifier: GPL-3.0-or-later

;; Keywords: languages, tools

;;; Commentary:

;; Deskmate gives code actions, hover explanations and docstrings by a coding
;; model on this machine.  It is an add-on: it runs beside the server of a
;; language, in every buffer of code or text, once its program is installed.

;;; Code:

(require 'lsp-mode)

(defgroup lsp-deskmate nil
  "A coding model on this machine, beside other language servers."
  :group 'lsp-mode
  :link '(url-link "https://github.com/deskmate/deskmate"))

(defcustom lsp-deskmate-server-command '("deskmate" "serve")
  "Command that starts the server."
  :group 'lsp-deskmate
  :risky t
  :type '(repeat string))

(defcustom lsp-deskmate-settings nil
  "Settings of the server, such as (:docstrings (:on_save \"changed\")).
What is not set comes from the settings file of the user."
  :group 'lsp-deskmate
  :risky t
  :type 'plist)

(defun lsp-deskmate--applies-p (_file mode)
  "Whether a buffer in MODE is code or text, and the server is installed."
  (and (or (provided-mode-derived-p mode 'prog-mode)
           (provided-mode-derived-p mode 'text-mode))
       (executable-find (car lsp-deskmate-server-command) t)))

(defun lsp-deskmate-cancel ()
  "End what Deskmate runs."
  (interactive)
  (lsp-send-execute-command "deskmate.cancel"))

(defun lsp-deskmate-model ()
  "Say what model is loaded and what it takes, and offer another."
  (interactive)
  (lsp-send-execute-command "deskmate.model"))

(lsp-register-client
 (make-lsp-client
  :new-connection (lsp-stdio-connection (lambda () lsp-deskmate-server-command))
  :activation-fn #'lsp-deskmate--applies-p
  :initialization-options (lambda () (or lsp-deskmate-settings (make-hash-table)))
  :priority -2
  :add-on? t
  :server-id 'deskmate))

(lsp-consistency-check lsp-deskmate)

(provide 'lsp-deskmate)
;;; lsp-deskmate.el ends here
